/** A policy names its bucket: the same one, of a bucket with another name. */
export function renameInPolicy(
  policy: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  if (from === to) return policy
  const arn = `arn:aws[\\w-]*:(?:s3:::|s3express:[\\w-]*:\\d*:bucket/)`
  return policy.replaceAll(new RegExp(`(${arn})${RegExp.escape(from)}(?=["/])`, 'g'), `$1${to}`)
}
