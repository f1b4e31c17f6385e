#!/usr/bin/env node
// In a clone Node runs the TypeScript source as it is; the published package carries only dist.
import { existsSync } from 'node:fs'
const source = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(
  existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href
)
await main(process.argv.slice(2))
