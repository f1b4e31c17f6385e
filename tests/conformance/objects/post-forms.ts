import {
  type FormFile,
  type PolicyCondition,
  postForm,
  signedFields,
  uploadForm,
} from '../../support/post-form.ts'
import { type RawAnswer, rawRequest, type RawRequest } from '../../support/raw-request.ts'
import { expectSuccess, type ObjectRoom } from './object-room.ts'

export type Fields = Readonly<Record<string, string>>

export const smallFile: FormFile = { name: 'a.txt', type: 'text/plain', content: 'content' }

export interface PostOptions {
  readonly content?: FormFile
  /** More than those that the fields are as they are. */
  readonly conditions?: readonly PolicyCondition[]
  readonly request?: Partial<RawRequest>
}

/** Posts fields, a policy that asks for exactly these, and a file. */
export function post(
  { server, bucket }: ObjectRoom,
  fields: Fields,
  options: PostOptions = {},
): Promise<RawAnswer> {
  const { content = smallFile, conditions = [], request } = options
  const form = uploadForm(server, bucket, { key: 'key', ...fields }, content, conditions)
  return postForm(server, bucket, form, request)
}

/** Posts fields and a file under a policy with these conditions. */
export function postUnder(
  { server, bucket }: ObjectRoom,
  conditions: readonly PolicyCondition[],
  fields: Fields,
  content: FormFile | string = smallFile,
): Promise<RawAnswer> {
  const signed = signedFields(server, bucket, conditions)
  return postForm(server, bucket, [...Object.entries(fields), ...signed, ['file', content]])
}

/** A bucket whose objects have ACLs, public ones too. */
export async function createAclBucket({ server }: ObjectRoom, bucket: string): Promise<string> {
  const path = `/${bucket}`
  const headers = { 'x-amz-object-ownership': 'ObjectWriter' }
  expectSuccess(await rawRequest(server, { method: 'PUT', path, headers }))
  expectSuccess(await rawRequest(server, { method: 'DELETE', path, query: 'publicAccessBlock=' }), 204)
  return bucket
}

/** A policy of one statement about s3:PutObject on all keys. */
export async function putPolicy({ server }: ObjectRoom, bucket: string, statement: object): Promise<void> {
  const Statement = [{ Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*`, ...statement }]
  const body = JSON.stringify({ Version: '2012-10-17', Statement })
  const answer = await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: 'policy=', body })
  expectSuccess(answer, 204)
}
