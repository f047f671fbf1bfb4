"""The usual style of a Lambda handler, to compare with: everything imported, every client made at import."""

from typing import Annotated, Any

import boto3
import stripe
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel
from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

logger = Logger(service="reference")
metrics = Metrics(namespace="Reference", service="reference")
tracer = Tracer(service="reference")
app = APIGatewayRestResolver(enable_validation=True)
dynamodb = boto3.resource("dynamodb", region_name="eu-west-2")
sqs = boto3.client("sqs", region_name="eu-west-2")
events = boto3.client("events", region_name="eu-west-2")
stripe.api_key = "sk_test_reference"


class Item(Model):
    class Meta:
        table_name = "reference"
        region = "eu-west-2"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class Request(BaseModel):
    gym_id: str
    duration: int


class Answer(BaseModel):
    id: str
    duration: int


@app.post("/sessions/book")
@tracer.capture_method
def book(body: Annotated[Request, Body()]) -> Answer:
    """Read one item, and answer."""
    dynamodb.Table("reference").get_item(Key={"pk": "a", "sk": "b"})
    return Answer(id=body.gym_id, duration=body.duration)


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Dispatch."""
    return app.resolve(event, context)
