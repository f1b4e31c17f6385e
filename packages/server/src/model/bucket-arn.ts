/** The ARN of a bucket, in whatever partition. */
export const BUCKET_ARN = /^arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/

/** The name of the bucket that an ARN is of; `undefined` where it is of something else. */
export function bucketNameOfArn(arn: string): string | undefined {
  return BUCKET_ARN.exec(arn)?.[1]
}

/** The object that an ARN is of; `undefined` where it is of something else. */
export function objectOfArn(arn: string): { readonly bucketName: string; readonly key: string } | undefined {
  const slash = arn.indexOf('/')
  const bucketName = bucketNameOfArn(arn.slice(0, slash))
  const key = arn.slice(slash + 1)
  return slash === -1 || bucketName === undefined || key === '' ? undefined : { bucketName, key }
}
