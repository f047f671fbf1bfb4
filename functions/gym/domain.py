"""The gym service."""

from solo60.domains import Domain, Index

DOMAIN = Domain(
    name="gym",
    title="Gyms",
    summary="Search, details, equipment, pictures, favourites, reviews, inductions and administration of gyms.",
    indexes=(
        Index("by_place"),
        Index("by_name"),
        Index("by_price"),
        Index("by_rating"),
        Index("by_gym"),
        Index("by_member"),
    ),
)
