import { S3Error } from '../../../model/s3-error.ts'
import { selectErrorCatalogue, type SelectErrorCode } from '../../../model/select-error-catalogue.ts'
import type { Name } from '../path.ts'

const MOST_OF_TOKEN = 40
/** No error document can hold them. */
const unprintable = /[\u0000-\u001f\ufffe\uffff]/g

/** Says where in the query it is, from 1, and what stands there. */
export function syntaxError(
  code: SelectErrorCode,
  { at, text }: { readonly at: number; readonly text: string },
): S3Error {
  const found = text === '' ? 'the end of the expression' : `'${shortened(text)}'`
  const message = `${selectErrorCatalogue[code].message} Found at character ${at + 1}: ${found}.`
  return new S3Error(code, {}, { message })
}

/** Says which name of the query it is that leads nowhere. */
export function nameError(code: SelectErrorCode, { text }: Pick<Name, 'text'>): S3Error {
  const message = `${selectErrorCatalogue[code].message} The name is '${shortened(text)}'.`
  return new S3Error(code, {}, { message })
}

function shortened(text: string): string {
  const start = text.length <= MOST_OF_TOKEN ? text : `${text.slice(0, MOST_OF_TOKEN)}…`
  return start.toWellFormed().replaceAll(unprintable, '\ufffd')
}
