/** The name of the bucket that an ARN is of; `undefined` where it is of something else. */
export function bucketNameOfArn(arn: string): string | undefined {
  return /^arn:aws:s3:::([^/]+)$/.exec(arn)?.[1]
}
