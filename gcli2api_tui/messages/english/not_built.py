"""What is not built here, and what there is in its place."""

from collections.abc import Mapping

NOT_BUILT: Mapping[str, str] = {
    "not_built.image_edits": "Editing images on this path is not offered here.",
    "not_built.image_in_chat": "Send the image and the words in a chat to an image model.",
    "not_built.audio": "Speech and transcription are not offered on this path.",
    "not_built.audio_in_chat": "Models hear audio that a chat brings as input_audio.",
    "not_built.videos": "Making videos is not offered here.",
    "not_built.realtime": "Live sessions are not offered here.",
    "not_built.as_chat": "Ask in a chat; streams work there.",
    "not_built.batches": "Batches are not offered here.",
    "not_built.one_by_one": "Send the requests one by one.",
    "not_built.conversations": "Conversations are not kept here.",
    "not_built.files": "Files are not stored on this path.",
    "not_built.in_the_request": "Send the content in the request itself, or use Google's own /upload/v1beta/files.",
    "not_built.stores": "Stores of documents are not offered here.",
    "not_built.containers": "Containers are not offered here.",
    "not_built.skills": "Skills are not kept here.",
    "not_built.assistants": "Assistants and threads are not offered here.",
    "not_built.complete": "Anthropic's old text completions are not offered here.",
    "not_built.moderations": "Moderation is not offered here.",
    "not_built.tuning": "Tuned models are not offered here.",
    "not_built.evals": "Evals are not offered here.",
    "not_built.operations": "Long operations are not offered here.",
    "not_built.only_there": "Ask its maker's own API.",
}
