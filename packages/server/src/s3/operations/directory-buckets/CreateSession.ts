import type { AccessRule, SessionMode } from '../../../access/access-rule.ts'
import { accountOf } from '../../../access/principal.ts'
import { newSessionCredentials } from '../../../identities/new-directory-session.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { isDirectoryBucketName } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { CreateSessionInput } from '../../../model/types.gen.ts'
import { findBucket, readBucket } from '../../shared/bucket/bucket-row.ts'
import { accessDenied } from '../../shared/deciding/authorize.ts'
import { sessionEncryption, sessionEncryptionMembers } from './session-encryption.ts'
import { defineOperation, type OperationContext } from '../../shared/service/operation.ts'

const CREATE_SESSION = { action: 's3express:CreateSession', on: 'bucket' } as const
const CREATE_BUCKET: AccessRule = {
  action: 's3:CreateBucket',
  on: 'account',
  directory: { action: 's3express:CreateBucket', refusesSessions: true },
}

export const CreateSession = defineOperation('CreateSession', {
  // Of a bucket that is not there yet the handler has to say.
  access: {
    action: 's3express:CreateSession',
    on: 'account',
    directory: { action: 's3express:CreateSession', refusesSessions: true },
  },
  decidesItself: true,
  async handle(input, context) {
    const { service, facts, caller } = context
    const { signature } = facts
    const account = accountOf(caller.principal)
    if (!account || !signature || signature.version === 2 || caller.traits.directorySession)
      throw new S3Error('AccessDenied')
    if (!isDirectoryBucketName(input.Bucket)) {
      await readBucket(service.stores, input.Bucket)
      throw new S3Error('MethodNotAllowed', { ResourceType: 'BUCKET' })
    }
    const bucket = await findBucket(service.stores, input.Bucket)
    const mode = await modeOf(input, context, bucket)
    const encryption = bucket && (await sessionEncryption(context, input, bucket))
    const session = { bucketName: input.Bucket, bucketId: bucket?.id, mode, encryption: encryption?.asked }
    const setting = { storeKeys: service.encryption.storeKeys, random: service.random }
    const holder = { ...signature.credential, accessKeyId: signature.accessKeyId, accountId: account.id }
    return {
      ...(encryption && sessionEncryptionMembers(encryption.effective)),
      Credentials: await newSessionCredentials(setting, session, holder, service.clock.now()),
    }
  },
})

/**
 * The mode of the session: the one asked for, or else the widest that the caller may have. Source: S3 API Reference, CreateSession,
 * `x-amz-create-session-mode`.
 *
 * Of a bucket that is not there whoever may create it has a session too, though AWS says NoSuchBucket: SDKs that have an endpoint of their
 * own ask for one before they send CreateBucket. Policies decide on each of its requests.
 */
async function modeOf(
  { Bucket, SessionMode }: CreateSessionInput,
  context: OperationContext,
  bucket: BucketRow | undefined,
): Promise<SessionMode> {
  if (!bucket) {
    await context.authorize(CREATE_BUCKET).catch(() => {
      throw new S3Error('NoSuchBucket', { BucketName: Bucket })
    })
    return SessionMode ?? 'ReadWrite'
  }
  const target = { bucketName: Bucket, bucket }
  const modes = SessionMode === undefined ? (['ReadWrite', 'ReadOnly'] as const) : [SessionMode]
  for (const mode of modes) {
    const rule = { ...CREATE_SESSION, directory: { action: CREATE_SESSION.action } }
    const decision = await context.decide(rule, target, { 's3express:SessionMode': mode })
    if (decision.allowed) return mode
    if (mode === modes.at(-1)) throw accessDenied(decision)
  }
  throw new S3Error('AccessDenied')
}
