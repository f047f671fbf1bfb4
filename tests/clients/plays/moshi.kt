// The two annotations of Moshi that generated models carry: enough to compile them without Moshi.
package com.squareup.moshi

annotation class Json(val name: String)

annotation class JsonClass(val generateAdapter: Boolean)
