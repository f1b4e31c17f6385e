import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What the client's schemas leave out and its files say in passing: enums, and which operations need a checksum. */
export interface Declarations extends EnumDeclarations {
  /** Operations that need a Content-MD5 or a checksum. */
  readonly checksumRequired: ReadonlySet<string>
}

export interface EnumDeclarations {
  readonly enums: ReadonlyMap<string, readonly string[]>
  /** `structure.member` to the enum's name. */
  readonly enumOfMember: ReadonlyMap<string, string>
}

const CLIENT_OF_S3 = '@aws-sdk/client-s3'

export function readDeclarations(): Declarations {
  return {
    ...readEnumDeclarations(CLIENT_OF_S3),
    checksumRequired: readChecksumRequired(join(folderOf(CLIENT_OF_S3), 'dist-es')),
  }
}

export function readEnumDeclarations(client: string): EnumDeclarations {
  const models = join(folderOf(client), 'dist-types', 'models')
  const read = (name: RegExp): string =>
    readdirSync(models)
      .filter((file) => name.test(file))
      .map((file) => readFileSync(join(models, file), 'utf8'))
      .join('\n')
  const enums = readEnums(read(/^enums\.d\.ts$/))
  return { enums, enumOfMember: readEnumMembers(read(/^models_\d+\.d\.ts$/), enums) }
}

function folderOf(client: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(client)), '..')
}

function readEnums(text: string): Map<string, readonly string[]> {
  const enums = new Map<string, readonly string[]>()
  for (const [, name = '', body = ''] of text.matchAll(/declare const (\w+): \{([^}]*)\}/g)) {
    enums.set(name, [...body.matchAll(/: "([^"]*)"/g)].map(([, value = '']) => value).toSorted())
  }
  return enums
}

function readEnumMembers(text: string, enums: ReadonlyMap<string, unknown>): Map<string, string> {
  const found = new Map<string, string>()
  for (const [, structure = '', body = ''] of text.matchAll(/^export interface (\w+) \{\n([\s\S]*?)^\}/gm)) {
    for (const [, member = '', type = ''] of body.matchAll(/^ {4}(\w+)\??: (\w+)(?:\[\])? \| undefined;/gm)) {
      if (enums.has(type)) found.set(`${structure.replace(/^_/, '')}.${member}`, type)
    }
  }
  return found
}

/** A command names its plugins by a constant of `commandBuilder.js`; some of those demand a checksum. */
function readChecksumRequired(sources: string): Set<string> {
  const builder = readFileSync(join(sources, 'commandBuilder.js'), 'utf8')
  const demanding = new Set<string>()
  for (const constant of builder.split(/^export const /m)) {
    if (constant.includes('requestChecksumRequired: true')) demanding.add(/^\w+/.exec(constant)?.[0] ?? '')
  }
  const commands = join(sources, 'commands')
  const names = new Set<string>()
  for (const file of readdirSync(commands)) {
    const match = /command\(\w+, (\w+), "(\w+)"/.exec(readFileSync(join(commands, file), 'utf8'))
    const [, plugins = '', operation = ''] = match ?? []
    if (demanding.has(plugins)) names.add(operation)
  }
  return names
}
