import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { runCommand } from '../support/run-command.ts'

const packageFolder = fileURLToPath(new URL('../../packages/resources/', import.meta.url))
const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url))

export interface BundleOptions {
  readonly platform: 'node' | 'browser'
  /** Whether the SDK becomes part of it. */
  readonly withSdk: boolean
}

export interface BuiltPackage extends AsyncDisposable {
  /** The module that users import. */
  readonly entry: string
  /** A module of these lines, in which `package` stands for this package, with all that it needs, minified. */
  bundle(lines: string, options: BundleOptions): Promise<string>
}

/** Builds the package as it is published, into a folder of its own. */
export async function buildPackage(): Promise<BuiltPackage> {
  // Among the modules, so that the SDK is found, and nothing else looks at it.
  await mkdir(join(modules, '.cache'), { recursive: true })
  const folder = await mkdtemp(join(modules, '.cache/resources-'))
  const configuration = join(packageFolder, 'tsconfig.build.json')
  await runCommand(join(modules, '.bin/tsc'), ['-p', configuration, '--outDir', join(folder, 'dist')])
  await copyFile(join(packageFolder, 'package.json'), join(folder, 'package.json'))
  return {
    entry: join(folder, 'dist/index.js'),
    async bundle(lines, { platform, withSdk }) {
      const input = join(folder, 'entry.js')
      await writeFile(input, lines.replaceAll("'package'", "'./dist/index.js'"))
      const external = withSdk ? [] : [/^@aws-sdk\//, /^node:/]
      await using build = await rolldown({ input, platform, external, logLevel: 'silent' })
      const { output } = await build.generate({ format: 'esm', minify: true, codeSplitting: false })
      return output[0].code
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}
