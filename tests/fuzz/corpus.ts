import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Inputs that lie in the repository, one a line as a JSON string of Latin-1 characters: `corpus/` takes each target as far
 * as it has ever come and is written anew by every run, `finds/` once broke something and stays.
 */
export type Shelf = 'corpus' | 'finds'

export function readInputs(shelf: Shelf, target: string): Buffer[] {
  const path = pathOf(shelf, target)
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map(inputOf)
}

export function writeInputs(shelf: Shelf, target: string, inputs: readonly Uint8Array[]): void {
  mkdirSync(dirname(pathOf(shelf, target)), { recursive: true })
  writeFileSync(pathOf(shelf, target), inputs.map((input) => `${lineOf(input)}\n`).join(''))
}

export function lineOf(input: Uint8Array): string {
  const text = Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('latin1')
  return JSON.stringify(text).replaceAll(
    /[\x7f-\xff]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  )
}

export function inputOf(line: string): Buffer {
  return Buffer.from(JSON.parse(line) as string, 'latin1')
}

function pathOf(shelf: Shelf, target: string): string {
  return fileURLToPath(new URL(`${shelf}/${target}.txt`, import.meta.url))
}
