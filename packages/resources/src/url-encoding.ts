/**
 * How the names of a listing are read. Listings are always asked for with `encoding-type=url`, since a key may hold characters that XML
 * cannot carry; the answer says so where it kept to that, and not every service does.
 * {@link https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html ListObjectVersions}
 */
export function nameReader({
  EncodingType,
}: {
  readonly EncodingType?: string | undefined
}): (name: string) => string {
  return EncodingType === 'url' ? (name) => decodeURIComponent(name.replaceAll('+', ' ')) : (name) => name
}
