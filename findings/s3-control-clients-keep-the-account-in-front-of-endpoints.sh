#!/bin/sh
# AWS SDKs' clients of S3 Control, and their setting against prefixes of hosts.
#
# SDKs put prefixes in front of the host for some operations, and have a setting that stops it, for endpoints whose name stands alone: boto3's
# inject_host_prefix=False, the JavaScript SDK's disableHostPrefix. One would expect S3 Control's account id, which is such a prefix in the model of the
# service, to go with it.
#
# In boto3 1.43.11 and @aws-sdk/client-s3-control 3.1112.0 it stays: the rules that make the endpoint put the account in front of an endpoint that the
# caller gave as well, and the setting is about the prefixes of the model alone. With another service of the same boto3 (Cloud Map's DiscoverInstances,
# data-) it does what it says.
#
# What follows: an endpoint that is an address or a single name (127.0.0.1, minio) cannot be asked for jobs, access points or the account's public access
# block. The host has to be changed behind the rules, in boto3 by an event (before-sign), or every name below it has to resolve.
#
# Printed (hosts that are asked):
#   boto3 1.43.11: s3control 123456789012.s3.test, without prefixes 123456789012.s3.test
#   boto3 1.43.11: servicediscovery data-map.test, without prefixes map.test
#   client-s3-control 3.1112.0: 123456789012.s3.test, without prefixes 123456789012.s3.test
#
# Needs Python and Node.js 20.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.43.11
npm install --silent --no-audit --no-fund --ignore-scripts @aws-sdk/client-s3-control@3.1112.0 >/dev/null
cat >finding.py <<'PY'
from urllib.parse import urlsplit

import boto3
from botocore.config import Config


class Asked(Exception):
    pass


def host(service, endpoint, operation, words, prefixes):
    client = boto3.client(
        service,
        endpoint_url=endpoint,
        region_name='us-east-1',
        aws_access_key_id='key',
        aws_secret_access_key='secret',
        config=Config(inject_host_prefix=prefixes, retries={'max_attempts': 0}),
    )
    hosts = []

    def note(request, **_):
        hosts.append(urlsplit(request.url).hostname)
        raise Asked

    client.meta.events.register('before-send', note)
    try:
        getattr(client, operation)(**words)
    except Asked:
        pass
    return hosts[0]


for service, endpoint, operation, words in [
    ('s3control', 'http://s3.test', 'list_jobs', {'AccountId': '123456789012'}),
    ('servicediscovery', 'http://map.test', 'discover_instances', {'NamespaceName': 'n', 'ServiceName': 's'}),
]:
    usual, without = [host(service, endpoint, operation, words, prefixes) for prefixes in (True, False)]
    print(f'boto3 {boto3.__version__}: {service} {usual}, without prefixes {without}')
PY
cat >finding.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { ListJobsCommand, S3ControlClient } from '@aws-sdk/client-s3-control'

const asked = async (disableHostPrefix) => {
  const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }
  const client = new S3ControlClient({ endpoint: 'http://s3.test', region: 'us-east-1', disableHostPrefix, maxAttempts: 1, credentials })
  let hostname
  const note = () => ({ request }) => {
    hostname = request.hostname
    throw new Error('asked')
  }
  client.middlewareStack.add(note, { step: 'finalizeRequest', priority: 'low' })
  await client.send(new ListJobsCommand({ AccountId: '123456789012' })).catch(() => {})
  return hostname
}
const { version } = JSON.parse(readFileSync('node_modules/@aws-sdk/client-s3-control/package.json', 'utf8'))
console.log(`client-s3-control ${version}: ${await asked(false)}, without prefixes ${await asked(true)}`)
JS
cat >expected <<'END'
boto3 1.43.11: s3control 123456789012.s3.test, without prefixes 123456789012.s3.test
boto3 1.43.11: servicediscovery data-map.test, without prefixes map.test
client-s3-control 3.1112.0: 123456789012.s3.test, without prefixes 123456789012.s3.test
END
{
  venv/bin/python finding.py
  node finding.mjs
} | tee seen
diff expected seen
