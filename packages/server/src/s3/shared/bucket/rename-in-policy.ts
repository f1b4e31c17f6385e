/** A policy names its bucket: the same one, of a bucket with another name. */
export function renameInPolicy(
  policy: string,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  if (from === to) return policy
  return policy.replaceAll(new RegExp(`(arn:aws[\\w-]*:s3:::)${RegExp.escape(from)}(?=["/])`, 'g'), `$1${to}`)
}
