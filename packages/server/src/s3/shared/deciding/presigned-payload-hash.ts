const NAME = 'X-Amz-Content-Sha256='

/**
 * What a presigned URL says of the hash of the body, by its raw query: routing leaves it out of the parsed one. Of several the first, though
 * the signature takes none of them.
 */
export function presignedPayloadHash(query: string): string | undefined {
  const parameter = query.split('&').find((each) => each.startsWith(NAME))
  if (parameter === undefined) return undefined
  const value = parameter.slice(NAME.length)
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
