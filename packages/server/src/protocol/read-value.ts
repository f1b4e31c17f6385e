import type { ValueModel } from '../model/operation-model.ts'
import { enumValues } from '../model/operations.ts'
import { overlay } from '../model/overlay.ts'
import { enumsInAnyCase } from '../model/overlay-refusals.ts'
import { parseHttpDate, parseIsoDate } from './timestamps.ts'

/** Makes a value of its text. `undefined` where the text is not one. */
export type ValueReader = (text: string) => unknown

const wholeNumber = /^[+-]?\d{1,16}$/
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const maximumInt32 = 2_147_483_647

/** The reader of a value that is one piece of text, wherever it stands. */
export function valueReader(value: ValueModel): ValueReader {
  if (value.enum !== undefined) return enumReader(value.enum)
  switch (value.type) {
    case 'boolean':
      return readBoolean
    case 'integer':
      return readInteger
    case 'long':
      return readLong
    case 'timestamp':
      return value.format === 'http' ? parseHttpDate : parseIsoDate
    case 'blob':
      return readBlob
    case 'map':
    case 'stream':
    case undefined:
    default:
      return readString
  }
}

/** Whether white space around the text is part of the value. */
export function isVerbatim(value: ValueModel): boolean {
  return value.type === undefined && (value.enum === undefined || overlay.openEnums.includes(value.enum))
}

function enumReader(name: string): ValueReader {
  if (overlay.openEnums.includes(name)) return readString
  const values = new Set(enumValues(name))
  if (!enumsInAnyCase.includes(name)) return (text) => (values.has(text) ? text : undefined)
  return (text) => (values.has(text.toUpperCase()) ? text.toUpperCase() : undefined)
}

function readString(text: string): string {
  return text
}

function readBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : undefined
}

function readInteger(text: string): number | undefined {
  const value = readLong(text)
  return value !== undefined && Math.abs(value) <= maximumInt32 ? value : undefined
}

function readLong(text: string): number | undefined {
  if (!wholeNumber.test(text)) return undefined
  // `-0` is zero.
  const value = Number(text) + 0
  return Number.isSafeInteger(value) ? value : undefined
}

function readBlob(text: string): Uint8Array | undefined {
  return base64.test(text) ? Buffer.from(text, 'base64') : undefined
}
