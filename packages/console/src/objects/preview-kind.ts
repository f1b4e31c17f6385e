export type PreviewKind = 'text' | 'json' | 'csv' | 'image' | 'audio' | 'video' | 'none'

/**
 * Types that are handed to the browser as they are: it shows them and runs nothing. SVG is among them, since a picture's element
 * runs no script of it.
 */
const MEDIA: Readonly<Record<string, PreviewKind>> = {
  'image/png': 'image',
  'image/jpeg': 'image',
  'image/gif': 'image',
  'image/webp': 'image',
  'image/avif': 'image',
  'image/bmp': 'image',
  'image/x-icon': 'image',
  'image/svg+xml': 'image',
  'audio/mpeg': 'audio',
  'audio/ogg': 'audio',
  'audio/wav': 'audio',
  'audio/flac': 'audio',
  'audio/mp4': 'audio',
  'audio/aac': 'audio',
  'video/mp4': 'video',
  'video/webm': 'video',
  'video/ogg': 'video',
  'video/quicktime': 'video',
}

/** Types of names, where an object says no type of its own. */
const ENDINGS: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  svg: 'image/svg+xml',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  webm: 'video/webm',
  json: 'application/json',
  csv: 'text/csv',
  txt: 'text/plain',
  md: 'text/plain',
  log: 'text/plain',
  xml: 'text/plain',
  yaml: 'text/plain',
  yml: 'text/plain',
}

const UNTOLD = new Set(['', 'application/octet-stream', 'binary/octet-stream'])

export interface Preview {
  readonly kind: PreviewKind
  /** That a browser is told of the bytes; of the list above, whatever the object says. */
  readonly type: string
}

/** How an object can be looked at. HTML is looked at as the text that it is. */
export function previewOf(contentType: string, key: string): Preview {
  const told = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  const ending = /\.([a-z0-9]+)$/i.exec(key)?.[1]?.toLowerCase() ?? ''
  const type = UNTOLD.has(told) ? (ENDINGS[ending] ?? told) : told
  return { kind: kindOf(type), type }
}

function kindOf(type: string): PreviewKind {
  if (Object.hasOwn(MEDIA, type)) return MEDIA[type] ?? 'none'
  if (type === 'application/json' || type.endsWith('+json')) return 'json'
  if (type === 'text/csv') return 'csv'
  const isText =
    type.startsWith('text/') || /^application\/(.*\+)?(xml|javascript|yaml|x-yaml|toml|sql|x-sh)$/.test(type)
  return isText ? 'text' : 'none'
}
