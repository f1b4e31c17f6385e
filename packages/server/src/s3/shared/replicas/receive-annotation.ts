import type { OperationInputs, OperationOutputs } from '../../../model/types.gen.ts'
import { DEFAULT_CHECKSUM_ALGORITHM, readClaimedDigests } from '../../../model/upload-checksum.ts'
import { annotationPayload } from '../annotating/annotation-rules.ts'
import type { ReplicaStatement } from '../replicating/replica-statement.ts'
import type { OperationContext } from '../service/operation.ts'
import { receivingTarget } from './receive-replica.ts'
import {
  putReplicaAnnotation,
  removeReplicaAnnotation,
  type ReplicatedAnnotation,
} from './replica-annotation.ts'

/** PutObjectAnnotation of a version that a Holdfast elsewhere has. */
export async function receiveAnnotation(
  input: OperationInputs['PutObjectAnnotation'],
  context: OperationContext,
  statement: ReplicaStatement,
): Promise<OperationOutputs['PutObjectAnnotation']> {
  const body = await annotationPayload(input.AnnotationPayload)
  const claims = readClaimedDigests(context.head.headers)
  const algorithm = claims.checksum?.algorithm ?? DEFAULT_CHECKSUM_ALGORITHM
  const asked = annotationOf(input, context, statement)
  await putReplicaAnnotation(context, asked, { body, claims, algorithm }, context)
  return { Key: input.Key, AnnotationName: input.AnnotationName, ObjectVersionId: idOf(statement) }
}

/** DeleteObjectAnnotation of one. */
export async function receiveAnnotationRemoval(
  input: OperationInputs['DeleteObjectAnnotation'],
  context: OperationContext,
  statement: ReplicaStatement,
): Promise<OperationOutputs['DeleteObjectAnnotation']> {
  await removeReplicaAnnotation(context, annotationOf(input, context, statement), context)
  return { ObjectVersionId: idOf(statement) }
}

function annotationOf(
  { Bucket, Key, AnnotationName: name }: Record<'Bucket' | 'Key' | 'AnnotationName', string>,
  context: OperationContext,
  { order, modifiedMilliseconds }: ReplicaStatement,
): ReplicatedAnnotation {
  return { target: receivingTarget(context, Key, Bucket), order, name, modifiedMilliseconds }
}

function idOf({ versionId, order }: ReplicaStatement): string {
  return versionId ?? order
}
