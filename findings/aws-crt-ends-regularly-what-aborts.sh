#!/bin/sh
# aws-crt, and a Node.js process that aborts.
#
# One would expect a process that aborts to die of SIGABRT, whatever packages are loaded: so do process.abort() and V8 where there is no memory
# left, and so supervisors, --abort-on-uncaught-exception and core dumps have it.
#
# aws-crt 1.33.2, which @aws-sdk/crc64-nvme-crt and @aws-sdk/signature-v4-crt load for the AWS SDK for JavaScript, takes SIGABRT for itself when its native part is loaded: it prints
# a trace of its own and calls exit(). There is no core dump, and no signal that a parent could see. What a regular end does, exit handlers
# and the ends of libraries, is done in the middle of the failure, while other threads run on.
#
# What follows: after aws-crt was loaded, add a listener of SIGABRT and remove it, whereupon Node.js puts back the system's own way.
#
# Printed:
#   aws-crt 1.33.2
#   abort: signal SIGABRT
#   abort with aws-crt: exit code 255
#   abort with aws-crt, a listener added and removed: signal SIGABRT
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-crt@1.33.2
cat >finding.cjs <<'JS'
const { spawnSync } = require('node:child_process')

const load = "require('aws-crt').checksums.crc32c(Buffer.from('a'));"
const restore = "const f = () => {}; process.on('SIGABRT', f).removeListener('SIGABRT', f);"

function endOf(code) {
  const words = ['-c', 'ulimit -c 0; exec "$0" "$@"', process.execPath, '-e', `${code}process.abort()`]
  const { status, signal } = spawnSync('/bin/sh', words, { stdio: 'ignore' })
  return signal ? `signal ${signal}` : `exit code ${status}`
}

console.log('aws-crt', require('aws-crt/package.json').version)
console.log('abort:', endOf(''))
console.log('abort with aws-crt:', endOf(load))
console.log('abort with aws-crt, a listener added and removed:', endOf(load + restore))
JS
seen=$(node finding.cjs)
echo "$seen"
[ "$seen" = 'aws-crt 1.33.2
abort: signal SIGABRT
abort with aws-crt: exit code 255
abort with aws-crt, a listener added and removed: signal SIGABRT' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
