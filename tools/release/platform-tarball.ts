import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { ShippedPackages } from './shipped-packages.ts'

const PLATFORM = `${process.platform}-${process.arch}`

/** Runs on the Node.js that lies beside it, or else on the one that is installed. */
const COMMAND = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
node=$here/node
[ -x "$node" ] || node=$(command -v node) || {
  echo 'Holdfast needs Node.js 24 or newer, as node beside this file or in the PATH: https://nodejs.org' >&2
  exit 1
}
exec "$node" "$here/../node_modules/holdfast/bin/holdfast.js" "$@"
`

export interface PlatformTarball {
  readonly root: string
  readonly version: string
  /** The tarball of the package \`holdfast\`. */
  readonly packed: string
  readonly shipped: ShippedPackages
  /** A folder of Node.js as nodejs.org publishes it, which comes along with its licence. */
  readonly node: string | undefined
  readonly time: Date
  readonly out: string
}

/**
 * Makes a tarball for the platform that this runs on: the server with all packages that it needs as they are installed here,
 * after the lock file. It wants neither a registry nor a compiler. The same bytes for the same commit; needs GNU tar.
 */
export function makePlatformTarball(options: PlatformTarball): void {
  const name = `holdfast-${options.version}-${PLATFORM}`
  const scratch = join(options.out, '.scratch')
  const folder = join(scratch, name)
  const modules = join(folder, 'node_modules')
  mkdirSync(join(folder, 'bin'), { recursive: true })
  const papers = join(scratch, 'papers.tar')
  const which = ['LICENSE', 'README.md', 'CHANGELOG.md', 'deploy', 'docs']
  // By a file: what a program says is taken up to 1 MiB, and these are more.
  execFileSync('git', ['archive', '--output', resolve(papers), 'HEAD', ...which], { cwd: options.root })
  execFileSync('tar', ['-xf', papers, '-C', folder])
  mkdirSync(join(modules, 'holdfast'), { recursive: true })
  execFileSync('tar', ['-xzf', options.packed, '-C', join(modules, 'holdfast'), '--strip-components=1'])
  for (const path of options.shipped.keys()) copyPackage(options.root, path, folder)
  writeFileSync(join(folder, 'bin/holdfast'), COMMAND, { mode: 0o755 })
  if (options.node !== undefined) {
    cpSync(join(options.node, 'bin/node'), join(folder, 'bin/node'))
    cpSync(join(options.node, 'LICENSE'), join(folder, 'bin/node.LICENSE'))
  }
  const always = [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u=rwX,go=rX',
    '--format=gnu',
  ]
  const time = `--mtime=@${options.time.getTime() / 1000}`
  const into = ['-I', 'gzip -n', '-cf', join(options.out, `${name}.tar.gz`), '-C', scratch, name]
  execFileSync('tar', [...always, time, ...into])
  rmSync(scratch, { recursive: true })
}

/** Those of other platforms are not installed; packages that bring the parts of all have ours alone taken along. */
function copyPackage(root: string, path: string, folder: string): void {
  const from = join(root, path)
  if (!existsSync(from)) return
  const to = join(folder, path.replace(/^packages\/server\//, 'node_modules/holdfast/'))
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (file) => {
      const inside = file.slice(from.length + 1).split(sep)
      const place = inside.findIndex((part) => part === 'prebuilds' || part === 'node_modules')
      if (inside[place] === 'node_modules') return false
      const binaries = inside[0] === 'dist' && inside[1] === 'bin' ? inside[2] : inside[place + 1]
      const isPlatform = binaries !== undefined && /^(?:darwin|linux|win32)-/.test(binaries)
      return !isPlatform || binaries.startsWith(PLATFORM)
    },
  })
}
