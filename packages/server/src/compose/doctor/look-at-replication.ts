import { errorMessage } from '../../base/error-message.ts'
import { errorCode } from '../../base/storage-fault.ts'
import { ConfigError } from '../../config/config-error.ts'
import { type RemoteBucketConfig, remoteNameOf } from '../../config/replication-config.ts'
import { PRIVATE_ADDRESS } from '../../http/webhook-sender.ts'
import { SourceError } from '../../import/source-error.ts'
import { textOf } from '../../import/xml-elements.ts'
import { readXml } from '../../protocol/xml-reader.ts'
import { openRemoteSource } from '../open-remote-buckets.ts'
import type { Patient, Say } from './patient.ts'

/** Whether buckets elsewhere can be asked with the keys that the config has for them, and keep versions. Writes nothing there. */
export async function lookAtReplication(patient: Patient, say: Say): Promise<void> {
  const looks = patient.config.replication.destinations.map((remote) => lookAtRemote(remote, patient, say))
  await Promise.all(looks)
}

async function lookAtRemote(remote: RemoteBucketConfig, patient: Patient, say: Say): Promise<void> {
  const { arn, endpoint, bucket = remoteNameOf(arn) } = remote
  const name = `The bucket ${bucket} at ${endpoint}, for ${arn},`
  using connections = new DisposableStack()
  try {
    const source = await openRemoteSource(remote, patient, connections)
    const answer = await source.ask('GET', { bucket, query: { versioning: '' } })
    const status = textOf(readXml(await answer.whole(64 * 1024)), 'Status')
    if (status !== 'Enabled') say('wrong', `${name} has no versioning. Turn it on there: replicas need it.`)
  } catch (error) {
    if (error instanceof ConfigError) return say('wrong', error.message.replaceAll('\n', ' '))
    // Who may replicate need not be able to read settings.
    if (error instanceof SourceError && error.code === 'AccessDenied') return
    say('wrong', `${name} cannot be used: ${reasonOf(error)}. What is for it waits for a day.`)
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SourceError) return error.message
  const code = errorCode(error)
  return code === 'EPRIVATE' ? PRIVATE_ADDRESS : (code ?? errorMessage(error))
}
