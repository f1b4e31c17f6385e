#!/bin/sh
# serverless-plugin-existing-s3 and serverless-external-s3-event, which attach functions to buckets that are there, and notifications of others.
#
# One would expect a deployment to add and remove its own notifications and to leave those of other services in the bucket's configuration, for
# which both have code.
#
# serverless-plugin-existing-s3 2.4.0 takes for its own what it made in any deployment, if SERVICE-STAGE is somewhere in the function's name:
# the service images in stage dev removes the notifications of its stages dev-ann and dev2, and of the service thumb-images.
# serverless-external-s3-event 1.0.10 removes what is obsolete by its places in the list, which shift with each removal: when two notifications of
# a function are replaced by one, the second removal hits what stands behind them, be it somebody else's, and one that is obsolete stays. Nothing
# is said of either, and the others' functions are called no more.
#
# What follows: compare get-bucket-notification-configuration before and after; or have EventBridge tell, where each service has rules of its own.
#
# Printed (what a bucket tells, by function and prefix):
#   serverless-plugin-existing-s3 2.4.0, there: images-dev-ann-store a/, thumb-images-dev-store b/, other-dev-store c/
#   after a deployment of images in stage dev: other-dev-store c/, images-dev-store d/
#   serverless-external-s3-event 1.0.10, there: images-dev-store a/, images-dev-store b/, other-dev-store c/
#   after a deployment of images with d/ in place of a/ and b/: images-dev-store b/, images-dev-store d/
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent serverless-plugin-existing-s3@2.4.0 serverless-external-s3-event@1.0.10 >/dev/null
cat >finding.cjs <<'JS'
const Existing = require('serverless-plugin-existing-s3')
const External = require('serverless-external-s3-event')

const print = text => process.stdout.write(`${text}\n`)
console.log = () => {}
const arn = name => `arn:aws:lambda:us-east-1:111122223333:function:${name}`
const policy = name => JSON.stringify({ Statement: [{ Sid: `exS3-v2-${name}-box`, Resource: arn(name) }] })
let told = []
const shown = () => told.map(one => `${one.LambdaFunctionArn.split(':').at(-1)} ${one.Filter.Key.FilterRules[0].Value}`).join(', ')

/** Deploys a service with one function: the framework's part, and the answers of Amazon that the plugins ask for. */
async function deploy(Plugin, service, stage, prefixes, steps) {
  const name = `${service}-${stage}-store`
  const events = prefixes.map(prefix => ({ existingS3: { bucket: 'box', events: ['s3:ObjectCreated:*'], rules: [{ prefix }] } }))
  const functions = { store: { name, handler: 'store.handler', events } }
  const provider = {
    sdk: { config: { region: 'us-east-1' } },
    async request(_, operation, input) {
      if (operation === 'getBucketNotificationConfiguration') return { LambdaFunctionConfigurations: structuredClone(told) }
      if (operation === 'putBucketNotificationConfiguration') told = input.NotificationConfiguration.LambdaFunctionConfigurations
      return { Policy: policy(name) }
    }
  }
  class AwsInfo {
    serverless = { service: { provider: {} } }
    gatheredData = { outputs: [{ OutputValue: `${arn(name)}:1` }], info: { functions: [{ name, deployedName: name }] } }
    async getStackInfo() {}
  }
  const plugin = new Plugin({
    cli: { log() {} },
    getProvider: () => provider,
    pluginManager: { getPlugins: () => [new AwsInfo()] },
    service: {
      functions, provider: { stage, region: 'us-east-1' },
      getServiceObject: () => ({ name: service }), getAllFunctions: () => ['store'], getFunction: () => functions.store
    }
  }, {})
  for (const step of steps) await plugin.hooks[step]()
}
const deployExisting = (service, stage, prefix) =>
  deploy(Existing, service, stage, [prefix], ['before:s3deploy:functions', 's3deploy:functions', 'before:s3deploy:s3', 's3deploy:s3'])
const deployExternal = (service, prefixes) => deploy(External, service, 'dev', prefixes, ['after:s3deploy:events'])

async function main() {
  await deployExisting('images', 'dev-ann', 'a/')
  await deployExisting('thumb-images', 'dev', 'b/')
  await deployExisting('other', 'dev', 'c/')
  print(`serverless-plugin-existing-s3 ${require('serverless-plugin-existing-s3/package.json').version}, there: ${shown()}`)
  await deployExisting('images', 'dev', 'd/')
  print(`after a deployment of images in stage dev: ${shown()}`)

  told = []
  await deployExternal('images', ['a/', 'b/'])
  await deployExternal('other', ['c/'])
  print(`serverless-external-s3-event ${require('serverless-external-s3-event/package.json').version}, there: ${shown()}`)
  await deployExternal('images', ['d/'])
  print(`after a deployment of images with d/ in place of a/ and b/: ${shown()}`)
}
main()
JS
seen=$(node finding.cjs)
echo "$seen"
[ "$seen" = 'serverless-plugin-existing-s3 2.4.0, there: images-dev-ann-store a/, thumb-images-dev-store b/, other-dev-store c/
after a deployment of images in stage dev: other-dev-store c/, images-dev-store d/
serverless-external-s3-event 1.0.10, there: images-dev-store a/, images-dev-store b/, other-dev-store c/
after a deployment of images with d/ in place of a/ and b/: images-dev-store b/, images-dev-store d/' ] || { echo 'It behaves otherwise now.' >&2; exit 1; }
