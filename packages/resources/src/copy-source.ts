import { isPlain, ParameterError } from './check-parameters.ts'

/** What is copied: an object, or a version of one. */
export interface CopySource {
  /** The bucket's name, or the ARN of an access point. */
  readonly Bucket: string
  readonly Key: string
  readonly VersionId?: string | undefined
}

/**
 * The parameters of a copy. `CopySource` is `bucket/key`, percent-encoded, with `?versionId=` where a version is meant, or,
 * as in boto3, the parts of that as they are.
 */
export type WithCopySource<Input extends { CopySource: string | undefined }> = {
  [Name in keyof Input]: Name extends 'CopySource' ? Input[Name] | CopySource : Input[Name]
}

/** The parameters as the API takes them. Throws {@link ParameterError} for a source that lacks a part. */
export function withSourceText<Input extends { CopySource: string | undefined }>(
  input: WithCopySource<Input>,
): Input {
  const source: unknown = isPlain(input) ? input.CopySource : undefined
  // What is neither is refused as all parameters are.
  if (!isPlain(source)) return input as Input
  return { ...input, CopySource: copySourceText(checked(source)) } as Input
}

function checked(source: object): CopySource {
  const { Bucket, Key, VersionId, ...others } = source as Partial<Record<keyof CopySource, unknown>>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw new ParameterError(`CopySource.${unknown} is no parameter`)
  for (const [name, value] of Object.entries({ Bucket, Key })) {
    if (value === undefined || value === '') throw new ParameterError(`CopySource.${name} is missing`)
  }
  for (const [name, value] of Object.entries({ Bucket, Key, VersionId })) {
    if (value !== undefined && typeof value !== 'string')
      throw new ParameterError(`CopySource.${name} must be a string`)
  }
  return source as CopySource
}

/**
 * `bucket/key?versionId=…`, percent-encoded; `arn/object/key` of an access point.
 * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html CopyObject}
 */
export function copySourceText({ Bucket, Key, VersionId }: CopySource): string {
  const path = Bucket.startsWith('arn:') ? `${Bucket}/object/${Key}` : `${Bucket}/${Key}`
  const version = VersionId === undefined ? '' : `?versionId=${encodeURIComponent(VersionId)}`
  return path.split('/').map(encodeURIComponent).join('/') + version
}
