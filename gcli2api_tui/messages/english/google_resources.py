"""Files, cached contents, interactions and pictures."""

from collections.abc import Mapping

THINGS: Mapping[str, str] = {
    "things.of_two": "The request names things of two credentials ({names}), and Google shows each only its own.",
    "things.make_together": "Upload or make them again one after the other: they then go to one credential.",
    "things.owner_away": "What this request names belongs to one credential, and that one cannot serve now: {said}",
    "things.make_again": "Upload or make it again: that goes to a credential that can.",
    "things.needs_key": "Files, cached contents and interactions need a Gemini API key.",
    "things.add_key": "Add a Gemini API key.",
    "things.page": "This page token is of no list here.",
    "things.resumable": "Files are uploaded in the resumable way only.",
    "things.as_sdks": "Begin with X-Goog-Upload-Command: start and -Protocol: resumable, as Google's SDKs do.",
    "things.no_upload": "No upload is under way at this address.",
    "things.begin_again": "Begin the upload again.",
    "things.no_name": "This can be no name of a thing of Google's.",
    "images.no_stream": "Pictures are not streamed here.",
    "images.size": "No image model draws this size.",
    "images.sizes": "Use auto, a width and height in one of the ratios {ratios}, or the ratio itself.",
    "images.nobody": "No image model is known here, and the request names none.",
    "images.name_one": "Name one as 'model', and add a credential that may use it.",
    "images.draws_not": "The model '{model}' does not draw.",
    "images.there_are": "Those here that draw: {names}.",
    "images.none": "The model answered without a picture.",
    "images.words": "The model answered with words in place of a picture: {said}",
    "images.ask_for_one": "Say more plainly that a picture is wanted, or use another image model.",
}
