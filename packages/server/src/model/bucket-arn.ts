/** The ARN of a bucket, in whatever partition. */
export const BUCKET_ARN = /^arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/

/** The name of the bucket that an ARN is of; `undefined` where it is of something else. */
export function bucketNameOfArn(arn: string): string | undefined {
  return BUCKET_ARN.exec(arn)?.[1]
}
