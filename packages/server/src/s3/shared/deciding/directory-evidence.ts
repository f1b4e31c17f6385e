import type { DirectoryRule, SessionMode } from '../../../access/access-rule.ts'
import type { DirectorySessionTraits } from '../../../access/caller.ts'
import type { BucketEvidence, Evidence } from '../../../access/evidence.ts'
import { accountOf } from '../../../access/principal.ts'
import { directoryBucketArn } from '../../../model/directory-bucket-name.ts'
import type { AccessTarget } from '../service/access-target.ts'
import type { Access, Asking } from './asking.ts'
import { gatherDirectoryContext } from './directory-context.ts'

const CREATE_SESSION = 's3express:CreateSession'

/**
 * What a decision on a directory bucket rests on. Operations on objects ask for CreateSession in some mode: with the credentials of a
 * session it is the session that answers, without them the policies, as they would answer CreateSession. Source: S3 User Guide,
 * "Authenticating and authorizing requests".
 */
export function directoryEvidence(
  asking: Asking,
  { rule, target, keys }: Access,
  directory: DirectoryRule,
  bucket: BucketEvidence | undefined,
  mode: SessionMode | undefined,
): Evidence {
  const { caller, request, service } = asking
  const { region } = service.settings
  const { action } = directory
  // What is about no bucket that is there is about the caller's own account.
  const accountId = target?.bucket.ownerAccountId ?? accountOf(caller.principal)?.id ?? ''
  const name = target?.bucketName ?? request?.bucketName ?? '*'
  return {
    caller,
    rule: { action, on: rule.on === 'account' ? 'account' : 'bucket' },
    action,
    resource: directoryBucketArn(region, accountId, name),
    // Source: S3 API Reference, PutBucketPolicy: of all actions such a policy can give CreateSession alone.
    bucket: bucket && (action === CREATE_SESSION ? bucket : { ...bucket, policy: undefined }),
    bySession: bySession(caller.traits.directorySession, directory, name, target),
    context: gatherDirectoryContext({
      caller,
      action,
      region,
      now: request?.facts.receivedAt ?? service.clock.now(),
      request,
      accountId,
      location: target?.bucket.directory?.zone,
      bucketTags: target?.bucket.tags,
      mode,
      more: keys,
    }),
  }
}

/** What is said without a word of policies: `undefined` where these are asked. */
function bySession(
  session: DirectorySessionTraits | undefined,
  { action, mode, refusesSessions }: DirectoryRule,
  bucketName: string,
  target: AccessTarget | undefined,
): boolean | undefined {
  if (!session) return undefined
  if (refusesSessions || session.bucketName !== bucketName) return false
  const isEnough = session.mode === 'ReadWrite' || mode === 'ReadOnly' || isReading(action)
  if (!isEnough) return false
  // An SDK with an endpoint of its own signs what is about the bucket so too: its own policies have to permit that. And a bucket that was
  // made anew under the name, or made at all, is none that CreateSession was decided on for.
  return mode === undefined || session.bucketId !== target?.bucket.id ? undefined : true
}

function isReading(action: string): boolean {
  return /^s3express:(?:Get|List)/.test(action)
}
