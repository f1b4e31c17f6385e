#!/bin/sh
# Airflow's S3DeleteObjectsOperator and times that tell their time zone.
#
# One would expect to_datetime="2024-01-02T00:00:00+02:00" to delete what was last modified before that moment, 22:00 in UTC, as it does when
# the same moment is given as a datetime. Templates always make strings of times, {{ data_interval_end.in_timezone("Europe/Berlin") }} for instance.
#
# apache-airflow-providers-amazon 9.39.0 reads the string with its offset, and then puts UTC in the offset's place. East of Greenwich the
# operator deletes as many hours too much, objects of today besides those before today; west of it that many hours stay. The task succeeds
# either way.
#
# What follows: times in UTC in templates of this operator, data_interval_end as it is; or a datetime.
#
# Printed (one object of each hour, 20 to 23 in UTC on 2024-01-01, and 0 to 6 on the next day):
#   apache-airflow-providers-amazon 9.39.0
#   to_datetime 2024-01-02T00:00:00+02:00 as datetime: deletes 20 21 22
#   to_datetime 2024-01-02T00:00:00+02:00 as string: deletes 20 21 22 23 0
#   to_datetime 2024-01-02T00:00:00-05:00 as datetime: deletes 20 21 22 23 0 1 2 3 4 5
#   to_datetime 2024-01-02T00:00:00-05:00 as string: deletes 20 21 22 23 0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check apache-airflow==3.3.2 apache-airflow-providers-amazon==9.39.0
cat >finding.py <<'PY'
import os
import re
import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

HOURS = [f"2024-01-01T{hour:02}" for hour in range(20, 24)] + [f"2024-01-02T{hour:02}" for hour in range(7)]
deleted = []


class S3(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        asked = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        deleted.extend(re.findall("<Key>(.*?)</Key>", asked))
        rows = "".join(f"<Contents><Key>{hour}</Key><LastModified>{hour}:00:00.000Z</LastModified></Contents>" for hour in HOURS)
        listing = f"<ListBucketResult><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
        body = (listing if self.command == "GET" else "<DeleteResult/>").encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer


server = ThreadingHTTPServer(("127.0.0.1", 0), S3)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ |= {
    "AIRFLOW_HOME": os.getcwd(),
    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}

from airflow.providers.amazon.aws.operators.s3 import S3DeleteObjectsOperator  # noqa: E402

print(f"apache-airflow-providers-amazon {version('apache-airflow-providers-amazon')}")
for moment in ("2024-01-02T00:00:00+02:00", "2024-01-02T00:00:00-05:00"):
    for way, value in (("datetime", datetime.fromisoformat(moment)), ("string", moment)):
        deleted.clear()
        S3DeleteObjectsOperator(task_id="delete", bucket="box", prefix="", to_datetime=value, aws_conn_id=None).execute({})
        print(f"to_datetime {moment} as {way}: deletes {' '.join(str(int(key[-2:])) for key in deleted)}")
PY
seen=$(python/bin/python -W ignore finding.py 2>errors) || cat errors >&2
seen=$(echo "$seen" | grep -E '^(apache|to_)')
echo "$seen"
[ "$seen" = 'apache-airflow-providers-amazon 9.39.0
to_datetime 2024-01-02T00:00:00+02:00 as datetime: deletes 20 21 22
to_datetime 2024-01-02T00:00:00+02:00 as string: deletes 20 21 22 23 0
to_datetime 2024-01-02T00:00:00-05:00 as datetime: deletes 20 21 22 23 0 1 2 3 4 5
to_datetime 2024-01-02T00:00:00-05:00 as string: deletes 20 21 22 23 0' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
