import { isDeniedExplicitly } from '../../../access/decision.ts'
import type { OperationInputs, OperationOutputs } from '../../../model/types.gen.ts'
import { DEFAULT_CHECKSUM_ALGORITHM, readClaimedDigests } from '../../../model/upload-checksum.ts'
import { annotationPayload } from '../annotating/annotation-rules.ts'
import { accessDenied } from '../deciding/authorize.ts'
import type { ReplicaStatement } from '../replicating/replica-statement.ts'
import type { OperationContext } from '../service/operation.ts'
import { receivingTarget } from './receive-replica.ts'
import { putReplicaAnnotation, REPLICATE_OBJECT_ANNOTATION } from './replica-annotation.ts'

/** PutObjectAnnotation of a version that a Holdfast elsewhere has. */
export async function receiveAnnotation(
  input: OperationInputs['PutObjectAnnotation'],
  context: OperationContext,
  statement: ReplicaStatement,
): Promise<OperationOutputs['PutObjectAnnotation']> {
  const body = await annotationPayload(input.AnnotationPayload)
  const claims = readClaimedDigests(context.head.headers)
  const algorithm = claims.checksum?.algorithm ?? DEFAULT_CHECKSUM_ALGORITHM
  const { Key, AnnotationName: name } = input
  const { order, versionId, modifiedMilliseconds } = statement
  const asked = { target: receivingTarget(context, Key, input.Bucket), order, name, modifiedMilliseconds }
  const decision = await context.decide(REPLICATE_OBJECT_ANNOTATION, asked.target)
  if (isDeniedExplicitly(decision)) throw accessDenied(decision)
  await putReplicaAnnotation(context, asked, { body, claims, algorithm }, context)
  return { Key, AnnotationName: name, ObjectVersionId: versionId ?? order }
}
