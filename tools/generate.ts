/** Writes the model of S3 and its types. With `--check` it writes nothing and fails where the files differ. */
import { readFileSync, writeFileSync } from 'node:fs'
import { buildModel } from './generate-model/build-model.ts'
import { readDeclarations } from './generate-model/client-declarations.ts'
import { writeModel } from './generate-model/write-model.ts'
import { writeNames, writeTypes } from './generate-model/write-types.ts'

const folder = new URL('../packages/server/src/model/', import.meta.url)
const model = buildModel(readDeclarations())
const files = new Map([
  ['model.gen.json', writeModel(model)],
  ['types.gen.ts', writeTypes(model)],
  ['operation-names.gen.ts', writeNames(model)],
])

if (process.argv.includes('--check')) check()
else for (const [name, text] of files) writeFileSync(new URL(name, folder), text)

function check(): void {
  const stale = [...files].filter(([name, text]) => readIfThere(new URL(name, folder)) !== text)
  for (const [name] of stale) console.error(`${name} is not what \`npm run generate\` writes`)
  if (stale.length > 0) process.exitCode = 1
}

function readIfThere(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
