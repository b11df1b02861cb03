"""What the tests do with Anthropic's SDK for Python: sdk_python.py TASK URL JSON. Prints the outcome as JSON."""

import asyncio
import inspect
import json
import sys

import anthropic
from anthropic import beta_tool
from anthropic._resource import SyncAPIResource


def client(url, kind=anthropic.Anthropic):
    return kind(api_key="any", base_url=url, max_retries=0, timeout=20)


def public(owner):
    views = ("with_raw_response", "with_streaming_response")
    return [name for name in dir(type(owner)) if not name.startswith("_") and name not in views]


def methods_of(owner, path=""):
    """(name, method) of all methods at and below the resources that `owner` has, found rather than listed."""
    for name in public(owner):
        value = getattr(owner, name)
        if isinstance(value, SyncAPIResource):
            yield from methods_of(value, f"{path}{name}.")
        elif path and callable(value):
            yield path + name, value


def filler(name):
    """Something for a required parameter: an id is a text, a file has bytes."""
    return b"x" if name in ("file", "archive") else "x"


def failure(method):
    """How a call with something for each required parameter ends."""
    parameters = inspect.signature(method).parameters.values()
    required = [p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    try:
        answer = method(**{name: filler(name) for name in required})
        return {"answer": repr(answer)[:200]}
    except anthropic.APIStatusError as error:
        body = error.body if isinstance(error.body, dict) else {}
        inner = body.get("error") or {}
        return {"status": error.status_code, "type": inner.get("type"), "message": str(error), "class": type(error).__name__}
    except Exception as error:  # whatever the SDK itself objects to is the outcome
        return {"raised": f"{type(error).__name__}: {error}"}


def ask(**more):
    return {"model": "claude-sonnet-4", "max_tokens": 1024, "messages": [{"role": "user", "content": "hi"}], **more}


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


def text_of(message):
    return next(block.text for block in message.content if block.type == "text")


def create(resource):
    return text_of(resource.messages.create(**ask()))


def raw_stream(resource):
    events = [event.type for event in resource.messages.create(**ask(stream=True))]
    return [events[0], events[-1]]


def stream(resource):
    with resource.messages.stream(**ask()) as events:
        pieces = "".join(events.text_stream)
        final = events.get_final_message()
    return {"pieces": pieces, "final": text_of(final), "stop_reason": final.stop_reason, "output": final.usage.output_tokens}


def parse(resource):
    return text_of(resource.messages.parse(**ask(output_config={"format": {"type": "json_schema", "schema": SCHEMA}})))


def count_tokens(resource):
    question = ask()
    del question["max_tokens"]
    return resource.messages.count_tokens(**question).input_tokens


def models(resource):
    listed = [model.id for model in resource.models.list()]
    return {"first": listed[0], "retrieved": resource.models.retrieve(listed[0]).id}


def tool_runner(resource):
    @beta_tool
    def add(a: int, b: int) -> str:
        """Adds two numbers.

        Args:
            a: one number
            b: the other
        """
        return str(a + b)

    return text_of(resource.messages.tool_runner(**ask(tools=[add])).until_done())


SERVED = {f.__name__: f for f in (create, raw_stream, stream, parse, count_tokens, models, tool_runner)}


def served(url, name):
    resource, _, method = name.rpartition(".")
    one = client(url)
    return SERVED[method](one.beta if resource else one)


def strict(url, _):
    """Fields of the SDK's types that are absent, and fails where one is of another type: pydantic fills in and lets pass."""
    message = client(url).beta.messages.create(**ask())
    type(message).model_validate(message.model_dump(), strict=True)
    parts = {"message": message, "usage": message.usage, "block": message.content[0]}
    return {name: sorted(set(type(part).model_fields) - part.model_fields_set) for name, part in parts.items()}


def asynchronous(url, _):
    async def both():
        async with client(url, anthropic.AsyncAnthropic) as one:
            whole = text_of(await one.messages.create(**ask()))
            async with one.messages.stream(**ask()) as events:
                return [whole, await events.get_final_text()]

    return asyncio.run(both())


def caught(url, _):
    """How a request that cannot work ends, whole and as a stream."""
    outcomes = []
    for more in ({}, {"stream": True}):
        try:
            client(url).messages.create(**ask(**more))
            outcomes.append("answered")
        except anthropic.APIStatusError as error:
            outcomes.append(f"{type(error).__name__} {error.status_code} {error.type}")
    return outcomes


TASKS = {
    "methods": lambda url, _: [name for name, _ in methods_of(client(url))],
    "failures": lambda url, names: {name: failure(method) for name, method in methods_of(client(url)) if name in names},
    "served": served,
    "strict": strict,
    "asynchronous": asynchronous,
    "caught": caught,
}

if __name__ == "__main__":
    task, address, text = sys.argv[1:]
    print(json.dumps(TASKS[task](address, json.loads(text))))
