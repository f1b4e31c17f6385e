import { createRequire } from 'node:module'

/**
 * Node's `http`. An `import` of it makes a value of each of its exports, and for `WebSocket` Node loads all of undici: a start
 * would take a tenth longer, and each process several megabytes more.
 */
export const http = createRequire(import.meta.url)('node:http') as typeof import('node:http')
