import type { VersionOrder } from '../metadata/tables/rows.ts'
import { DEFAULT_CHECKSUM_ALGORITHM } from '../model/upload-checksum.ts'
import { storeContent } from '../s3/shared/content/store-content.ts'
import { chooseEncryption } from '../s3/shared/sealing/choose-encryption.ts'
import { operatorContext } from '../set-up/perform.ts'
import { claimedDigests } from './claimed-digests.ts'
import type { ImportJob } from './import-target.ts'
import { traitsOf } from './object-traits.ts'
import { placeBrought } from './place-brought.ts'
import { retrying } from './retry.ts'
import { asAnswered, bodyFaultOf, bodyOfAnswer } from './source-answer.ts'
import type { SourceVersion } from './source-listing.ts'
import { identityOf, versionQuery } from './version-names.ts'

/** The bytes come in one answer, and are held against all that the source says of them. */
export function bringWhole(job: ImportJob, version: SourceVersion, order: VersionOrder): Promise<void> {
  const { service, from, to } = job
  const { key } = version
  return retrying(async () => {
    const query = versionQuery(version)
    const answer = await job.source.ask(
      'GET',
      { bucket: from, key, query },
      { 'x-amz-checksum-mode': 'ENABLED' },
    )
    const { headers } = answer
    try {
      const now = asAnswered(version, headers)
      const traits = await traitsOf(job, now, headers)
      const context = await operatorContext(service, job.owner, 'PutObject', { Bucket: to, Key: key })
      const { row: encryption, sealer } = await chooseEncryption(context, { Bucket: to, Key: key })
      const claims = claimedDigests(headers)
      const algorithm = claims.checksum?.algorithm ?? DEFAULT_CHECKSUM_ALGORITHM
      const body = bodyOfAnswer(job, answer)
      const stored = await storeContent(service, body, claims, algorithm, context, sealer, traits)
      const checksum = {
        algorithm,
        value: stored.checksum.value.toString('base64'),
        type: 'FULL_OBJECT',
      } as const
      const row = {
        ...traits,
        encryption,
        ...identityOf(version, order),
        etag: now.etag,
        sizeBytes: stored.sizeBytes,
        modifiedMilliseconds: now.modifiedMilliseconds,
        content: stored.content,
        checksum,
      }
      await placeBrought(job, key, row, stored)
    } catch (error) {
      answer.giveUp()
      throw bodyFaultOf(error)
    }
  }, service)
}
