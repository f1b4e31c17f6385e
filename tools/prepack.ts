import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'

/*
 * Run by npm before it packs one of the packages, in that package's folder: builds it anew, so that nothing of an older build is
 * in the tarball, and puts the licence beside it.
 */
rmSync('dist', { recursive: true, force: true })
execFileSync('npm', ['run', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
copyFileSync(new URL('../LICENSE', import.meta.url), 'LICENSE')
