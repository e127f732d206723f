"""Upload to row and upload to alert, of onhand and of a pipeline of the same shape that does nothing else.

Both are deployed on one emulator, and take turns. An upload has one row, a new item that is out of stock; what is
measured is the time from the end of its PutObject until the row can be read, until the alert is in a queue that
subscribes to the topic, and until who waits at that queue has it.
"""

import io
import json
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import engines

ROOT = Path(__file__).parents[1]
ONHAND, DO_NOTHING = "onhand", "do nothing"
Times = dict[str, list["Passage"]]
"""Pipeline → what was measured of each upload."""

_CODE = ROOT / "benchmarks" / "do_nothing"
_WARM_UP = 5
_PATIENCE = 30.0  # seconds
_LOOK_EVERY = 0.004  # seconds
_REST = 0.3  # seconds after an alert in which a pipeline ends what it does besides


@dataclass(frozen=True)
class Passage:
    """When what happened to one upload, in epoch seconds: its PutObject begins and ends, the row can be read, …"""

    begin: float
    put: float
    row: float
    alert: float
    received: float

    @property
    def to_row(self) -> float:
        """Seconds until the row could be read."""
        return self.row - self.put

    @property
    def to_alert(self) -> float:
        """Seconds until the alert was in the queue."""
        return self.alert - self.put

    @property
    def to_receipt(self) -> float:
        """Seconds until the subscriber had the alert."""
        return self.received - self.put


class Subscriber:
    """A queue that subscribes to a topic, and a thread that waits at it as a subscriber would.

    The queue itself notes when it got a message, to the millisecond. That is what AWS would hand over at once; the
    emulator looks every 100 ms whether there is something for who waits.
    """

    def __init__(self, name: str, endpoint: str, topic: str) -> None:
        self._sqs = engines.client("sqs", endpoint)
        self._url = self._sqs.create_queue(QueueName=f"alerts-of-{name.replace(' ', '-')}")["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        arn = asked["Attributes"]["QueueArn"]
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": _let_send(topic, arn)})
        engines.client("sns", endpoint).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        self._messages: queue.SimpleQueue[tuple[str, float, float]] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._receive)

    def __enter__(self) -> "Subscriber":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def next(self) -> tuple[str, float, float]:
        """Return the next message: its body, when it was in the queue, and when it was received. Raises queue.Empty."""
        return self._messages.get(timeout=_PATIENCE)

    def _receive(self) -> None:
        while not self._ended.is_set():
            answer = self._sqs.receive_message(
                QueueUrl=self._url, WaitTimeSeconds=1, MaxNumberOfMessages=10, AttributeNames=["SentTimestamp"]
            )
            received = time.time()
            for message in answer.get("Messages", []):
                self._messages.put((message["Body"], int(message["Attributes"]["SentTimestamp"]) / 1000, received))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


class Pipeline:
    """A deployed pipeline, known by its outputs, and who subscribes to its alerts."""

    def __init__(self, name: str, endpoint: str, outputs: dict[str, str], subscriber: Subscriber) -> None:
        self.name = name
        self._outputs = outputs
        self._subscriber = subscriber
        self._s3, self._dynamodb = (engines.client(service, endpoint) for service in ("s3", "dynamodb"))

    def send(self, number: int) -> Passage:
        """Upload a file with one new item that is out of stock; wait for its row and its alert."""
        item = f"Item {number:06}"
        begin = time.time()
        self._s3.put_object(
            Bucket=self._outputs["UploadsBucket"],
            Key=f"uploads/Berlin/{number:06}.csv",
            Body=f"store,item,count\nBerlin,{item},0\n".encode(),
        )
        put = time.time()
        row = self._wait_for_row(item)
        alert, received = self._wait_for_alert(item)
        # At random, or else every upload would meet the same moment of the subscriber's looking.
        time.sleep(_REST + random.uniform(0, 0.1))
        return Passage(begin, put, row, alert, received)

    def _wait_for_row(self, item: str) -> float:
        """Return when the row could be read."""
        deadline = time.time() + _PATIENCE
        while time.time() < deadline:
            answer = self._dynamodb.get_item(
                TableName=self._outputs["InventoryTable"],
                Key={"Store": {"S": "Berlin"}, "Item": {"S": item}},
                ConsistentRead=True,
            )
            if "Item" in answer:
                return time.time()
            time.sleep(_LOOK_EVERY)
        raise TimeoutError(f"{self.name}: no row of {item} within {_PATIENCE} s")

    def _wait_for_alert(self, item: str) -> tuple[float, float]:
        """Return when the alert was in the queue, and when the subscriber had it."""
        try:
            body, alert, received = self._subscriber.next()
        except queue.Empty:
            raise TimeoutError(f"{self.name}: no alert of {item} within {_PATIENCE} s") from None
        if item not in body:
            raise ValueError(f"{self.name}: the alert after the upload of {item} is another one: {body}")
        return alert, received


def measure(uploads: int) -> Times:
    """Send uploads through both pipelines, which take turns."""
    with ExitStack() as stack:
        endpoint, outputs = stack.enter_context(running())
        pipelines = [_pipeline(stack, name, endpoint, each) for name, each in outputs.items()]
        times: Times = {pipeline.name: [] for pipeline in pipelines}
        for number in range(_WARM_UP + uploads):
            for pipeline in pipelines:
                times[pipeline.name].append(pipeline.send(number))
    return {name: each[_WARM_UP:] for name, each in times.items()}


def _pipeline(stack: ExitStack, name: str, endpoint: str, outputs: dict[str, str]) -> Pipeline:
    subscriber = stack.enter_context(Subscriber(name, endpoint, outputs["NoStockTopic"]))
    return Pipeline(name, endpoint, outputs, subscriber)


@contextmanager
def running() -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """Run both pipelines on one emulator; yield its address, and the outputs of each pipeline."""
    folder = Path(tempfile.mkdtemp(prefix="onhand-bench-"))
    data = folder / "data"
    try:
        _onhand(data, "up", "--detach", "--no-samples", "--no-dashboard", "--port", str(engines.free_port()))
        status = json.loads(_onhand(data, "status", "--json"))
        endpoint = status["endpoint"]
        yield endpoint, {ONHAND: status["outputs"], DO_NOTHING: _deploy_do_nothing(endpoint)}
    finally:
        _onhand(data, "down")
        shutil.rmtree(folder)


def _onhand(data: Path, *arguments: str) -> str:
    """Run a command of onhand's on a folder of its own; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", "from onhand.program import run; run()", *arguments],
        cwd=ROOT,
        env=os.environ | {"ONHAND_DATA": str(data), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ChildProcessError(f"`onhand {' '.join(arguments)}` failed:\n{done.stdout}")
    return done.stdout


def _deploy_do_nothing(endpoint: str) -> dict[str, str]:
    """Deploy benchmarks/do_nothing; return its outputs."""
    s3, cloudformation = engines.client("s3", endpoint), engines.client("cloudformation", endpoint)
    code = {"CodeBucket": "do-nothing-code", "CodeKey": "code.zip"}
    s3.create_bucket(Bucket=code["CodeBucket"])
    s3.put_object(Bucket=code["CodeBucket"], Key=code["CodeKey"], Body=_zipped(_CODE))
    cloudformation.create_stack(
        StackName="do-nothing",
        TemplateBody=(_CODE / "template.yaml").read_text(),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in code.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(StackName="do-nothing", WaiterConfig={"Delay": 1})
    (stack,) = cloudformation.describe_stacks(StackName="do-nothing")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _let_send(topic: str, queue: str) -> str:
    """Return the policy of a queue that takes what a topic sends."""
    statement = {
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
        "Resource": queue, "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _zipped(folder: Path) -> bytes:
    with io.BytesIO() as archive:
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(folder.glob("*.py")):
                file.write(path, path.name)
        return archive.getvalue()


# ---- Which requests take the time --------------------------------------------------------------------------------


def profile(uploads: int) -> str:
    """Return what each pipeline did when for one upload: of `uploads`, the one whose alert took the median time."""
    texts = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        endpoint, outputs = stack.enter_context(running())
        for name, each in outputs.items():
            pipeline, trace = _pipeline(stack, name, endpoint, each), Path(folder) / f"{name}.jsonl"
            for function in ("LoadInventoryFunction", "CheckStockFunction"):
                _trace(engines.client("lambda", endpoint), each[function], trace)
            passages = [pipeline.send(number) for number in range(_WARM_UP + uploads)][_WARM_UP:]
            passage = sorted(passages, key=lambda passage: passage.to_alert)[len(passages) // 2]
            texts.append(_timeline(name, passage, [json.loads(line) for line in trace.read_text().splitlines()]))
    return "\n".join(texts)


def _trace(functions: Any, name: str, trace: Path) -> None:
    """Put benchmarks.traced around a function's handler."""
    found = functions.get_function_configuration(FunctionName=name)
    variables = found["Environment"]["Variables"] | {"TRACED_HANDLER": found["Handler"], "TRACE_FILE": str(trace)}
    functions.update_function_configuration(
        FunctionName=name, Handler="benchmarks.traced.handle", Environment={"Variables": variables}
    )


def _timeline(name: str, passage: Passage, notes: list[dict[str, Any]]) -> str:
    """Return a line for every invocation and request of the time of an upload, and for what was measured of it."""
    lines = [(passage.begin, passage.put, "PutObject of the upload")]
    lines += [
        (passage.row, passage.row, "= row can be read"),
        (passage.alert, passage.alert, "= alert is in the queue"),
    ]
    for note in notes:
        if passage.begin <= note["begin"] <= passage.alert + _REST:
            lines.append((note["begin"], note["end"], note.get("invocation") or f"  {_request(note)}"))
    ms = [((begin - passage.put) * 1000, (end - begin) * 1000, what) for begin, end, what in sorted(lines)]
    return "\n".join([
        f"{name}: row after {passage.to_row * 1000:.0f} ms, alert after {passage.to_alert * 1000:.0f} ms",
        f"{'begins, ms':>12} {'takes, ms':>10}",
        *(f"{begin:12.1f} {takes:10.1f}  {what}" for begin, takes, what in ms),
        "",
    ])  # fmt: skip


def _request(note: dict[str, Any]) -> str:
    """Return what a request asked for: `DynamoDB_20120810.GetItem Stores`, `GET /bucket/key` or `Publish`."""
    if not note["target"]:
        publish = "Action=Publish" in note["body"]
        return "SNS.Publish" if publish else f"S3 {note['method']} {note['url'].partition('?')[0]}"
    body = json.loads(note["body"])
    about = [body[name] for name in ("TableName", "IndexName") if name in body]
    about += body.get("RequestItems", [])
    about += [f"{kind} {write['TableName']}" for each in body.get("TransactItems", []) for kind, write in each.items()]
    about += [each["Statement"].partition(" SET ")[0].partition(" VALUE ")[0] for each in body.get("Statements", [])]
    about += [body["QueueUrl"].rpartition("/")[2]] if "QueueUrl" in body else []
    for key in body.get("Key", {}).values():
        about += key.values()
    return " ".join([note["target"].replace("DynamoDB_20120810", "DynamoDB"), ", ".join(about)])
