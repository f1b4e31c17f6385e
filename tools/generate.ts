/** Writes the model of S3, its types and the pages that are made of code. With `--check` it writes nothing and fails where the files differ. */
import { readFileSync, writeFileSync } from 'node:fs'
import { compatibilityDocument } from './generate-compatibility.ts'
import { buildModel } from './generate-model/build-model.ts'
import { buildQueryModel } from './generate-model/build-query-model.ts'
import { readDeclarations } from './generate-model/client-declarations.ts'
import { writeModel } from './generate-model/write-model.ts'
import { queryApis } from './generate-model/query-apis.ts'
import { policyWords } from './generate-policy-words.ts'
import { settingsDocument } from './generate-settings.ts'
import { writeNames, writeTypes } from './generate-model/write-types.ts'
import { writeQueryTypes } from './generate-model/write-query-types.ts'

const root = new URL('../', import.meta.url)
const MODEL = 'packages/server/src/model'
const model = buildModel(readDeclarations())
const files = new Map([
  [`${MODEL}/model.gen.json`, writeModel(model)],
  [`${MODEL}/types.gen.ts`, writeTypes(model)],
  [`${MODEL}/operation-names.gen.ts`, writeNames(model)],
  ...queryApis.flatMap(({ name, prefix, ...source }): [string, string][] => {
    const model = buildQueryModel(source)
    return [
      [`${MODEL}/${name}.gen.json`, writeModel(model)],
      [`${MODEL}/${name}-types.gen.ts`, writeQueryTypes(model, prefix)],
    ]
  }),
  ['docs/compatibility.md', compatibilityDocument()],
  ['docs/settings.md', settingsDocument()],
  ['packages/console/src/policy/policy-words.gen.ts', policyWords()],
])

if (process.argv.includes('--check')) check()
else for (const [name, text] of files) writeFileSync(new URL(name, root), text)

function check(): void {
  const stale = [...files].filter(([name, text]) => readIfThere(new URL(name, root)) !== text)
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
