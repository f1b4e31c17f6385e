import { S3Error } from '../model/s3-error.ts'

const encodedOrForeign = /[%+\u0080-\uffff]/
const foreign = /[\u0080-\u00ff]/

/**
 * Takes the percent-encoding off a piece of a request's target, of its path or its query: a plus is a space in both, and in
 * `x-amz-copy-source`. Not documented of paths: observed on S3, whose canonical requests have `%20` there. Bytes that came without encoding stand in it as Latin-1
 * characters, as Node gives them. Throws `InvalidURI` unless the result is UTF-8.
 */
export function percentDecode(text: string): string {
  if (!encodedOrForeign.test(text)) return text
  try {
    return decodeURIComponent(encodeForeign(text.replaceAll('+', ' ')))
  } catch (cause) {
    throw new S3Error('InvalidURI', { URI: text }, { cause })
  }
}

function encodeForeign(text: string): string {
  if (!foreign.test(text)) return text
  return text.replaceAll(/[\u0080-\u00ff]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
}
