#!/bin/sh
# @cloud-copilot/iam-simulate and dates in conditions.
#
# One would expect a simulator of IAM to read both forms that IAM documents for the value of a date condition: ISO 8601 and Unix time
# in seconds (1893456000 is 2030-01-01T00:00:00Z). It takes both without complaint.
#
# iam-simulate 0.1.173 compares the seconds with milliseconds: a date of the request becomes Date's milliseconds, a Unix time in the
# policy is left as it is, and so stands for a day in January 1970. A permission that is valid until 2030 is simulated as over.
# Two Unix times agree with each other, and aws:EpochTime with a numeric operator is right.
#
# What follows: write dates as ISO 8601 in policies that are checked with it.
#
# Printed:
#   @cloud-copilot/iam-simulate 0.1.173, on 2026-01-01T00:00:00Z
#   DateLessThan 2030-01-01T00:00:00Z: Allowed
#   DateLessThan 1893456000: ImplicitlyDenied
#   NumericLessThan 1893456000: Allowed
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent @cloud-copilot/iam-simulate@0.1.173 >/dev/null
cat >finding.mjs <<'JS'
import { runSimulation } from '@cloud-copilot/iam-simulate'

async function simulated(operator, key, value, now) {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: { [operator]: { [key]: value } } }
  const { overallResult } = await runSimulation(
    {
      identityPolicies: [{ name: 'until', policy: { Version: '2012-10-17', Statement: [statement] } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      request: {
        action: 's3:GetObject',
        resource: { resource: 'arn:aws:s3:::photos/cat.jpg', accountId: '100000000001' },
        principal: 'arn:aws:iam::100000000001:user/ann',
        contextVariables: { [key]: now },
      },
    },
    {},
  )
  return `${operator} ${value}: ${overallResult}`
}
const now = '2026-01-01T00:00:00Z'
console.log(`@cloud-copilot/iam-simulate 0.1.173, on ${now}`)
console.log(await simulated('DateLessThan', 'aws:CurrentTime', '2030-01-01T00:00:00Z', now))
console.log(await simulated('DateLessThan', 'aws:CurrentTime', '1893456000', now))
console.log(await simulated('NumericLessThan', 'aws:EpochTime', '1893456000', '1767225600'))
JS
seen=$(node finding.mjs)
echo "$seen"
[ "$seen" = '@cloud-copilot/iam-simulate 0.1.173, on 2026-01-01T00:00:00Z
DateLessThan 2030-01-01T00:00:00Z: Allowed
DateLessThan 1893456000: ImplicitlyDenied
NumericLessThan 1893456000: Allowed' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
