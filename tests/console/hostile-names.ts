import { awkwardKeys } from '../support/awkward-keys.ts'

/** What the names are made of: names themselves. */
export const payloads: readonly string[] = [
  '<script>globalThis.ran=1</script>',
  '<img src=x onerror=globalThis.ran=1>',
  '<svg onload=globalThis.ran=1>',
  '"><script>globalThis.ran=1</script>',
  `'><img src=x onerror=globalThis.ran=1>`,
  'javascript:globalThis.ran=1',
  'data:text/html,<script>globalThis.ran=1</script>',
  '{{constructor.constructor("globalThis.ran=1")()}}',
  '${globalThis.ran=1}',
  '__proto__',
  'constructor',
  '"onmouseover="globalThis.ran=1',
  '<iframe srcdoc="<script>parent.ran=1</script>">',
  '</title><script>globalThis.ran=1</script>',
  '<!--',
  ']]><script>globalThis.ran=1</script>',
  '<a href=javascript:globalThis.ran=1>x</a>',
  '<style>*{display:none}</style>',
  '%3Cscript%3EglobalThis.ran=1%3C%2Fscript%3E',
  '#/buckets?key=<script>',
]

const frames: readonly ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `${payload}.html`,
  (payload) => `folder ${payload}`,
  (payload) => `${payload}\n${payload}`,
  (payload) => `\u202e${payload}`,
  (payload) => `${payload}\u0000\u0007`,
  (payload) => ` ${payload} `,
  (payload) => `${payload}.svg`,
  (payload) => `&lt;${payload}&gt;`,
]

/** Names that run something, or look like something else, where they are taken for HTML, for a URL or for a template. */
export const hostileNames: readonly string[] = [
  ...new Set([...frames.flatMap((frame) => payloads.map(frame)), ...awkwardKeys]),
].filter((name) => name !== '/')
