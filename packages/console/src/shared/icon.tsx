/** Strokes of a picture 16 wide and high. */
const ICONS = {
  bucket:
    'M2.5 4c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2Zm0 0 1.3 8.6c.2.8 2 1.4 4.2 1.4s4-.6 4.2-1.4L13.5 4',
  people:
    'M5.5 8a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4Zm-4.5 6c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 2.9a2.5 2.5 0 0 1 0 4.7m1.7 2.7c1.7.5 2.8 1.8 2.8 3.7',
  account: 'M2 14V5l6-3 6 3v9Zm3.5-6.5h5m-5 3h5m-4 3.5v-1.5h3V14',
  access: 'M8 1.5 13.5 3.5v4c0 3.5-2.3 6-5.5 7-3.2-1-5.5-3.5-5.5-7v-4Zm-2.5 6.3 1.8 1.8 3.2-3.4',
  key: 'M10.5 2a3.5 3.5 0 1 1-3.2 4.9L2 12.2V14h2.5v-1.5H6V11h1.5l1-1M11 5.2v.1',
  jobs: 'm2 4 1.2 1.2L5.5 3M2 9l1.2 1.2L5.5 8M2 14h2.5M8 4.5h6M8 9h6m-6 4.5h6',
  running: 'M1.5 8.5h3l2-5.5 3 10 2-4.5h3',
  folder: 'M1.5 4.5v8h13v-7h-7l-1.5-2h-4.5Z',
  file: 'M3.5 1.5h6l3 3v10h-9Zm6 0v3h3',
  'sign-out': 'M6 2.5H2.5v11H6M10 5l3 3-3 3m3-3H6',
  sun: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1m8 8 1 1m0-10-1 1m-8 8-1 1',
  moon: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z',
  contrast: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2Zm0 0v12M10 3v10m2-8.5v7',
  plus: 'M8 2.5v11M2.5 8h11',
  upload: 'M8 10.5v-8m-3 3 3-3 3 3M2.5 10.5v3h11v-3',
  download: 'M8 2.5v8m-3-3 3 3 3-3M2.5 10.5v3h11v-3',
  share:
    'M6.5 9.5a3 3 0 0 0 4.2 0l2.4-2.4a3 3 0 0 0-4.2-4.2l-1 1m1.6 2.6a3 3 0 0 0-4.2 0L2.9 8.9a3 3 0 0 0 4.2 4.2l1-1',
  delete: 'M2.5 4.5h11m-7 0v-2h3v2m-5.5 0 .7 9h6.6l.7-9M6.7 7v4m2.6-4v4',
  pause: 'M5.5 3v10m5-10v10',
  resume: 'M5 3v10l8-5Z',
  close: 'm3.5 3.5 9 9m0-9-9 9',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm3.3 7.8 3.2 3.2',
  copy: 'M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8Z',
  warning: 'M8 2 1.5 13.5h13Zm0 4.5v3.5m0 1.4v.6',
} as const

export type IconName = keyof typeof ICONS

/** A picture beside a word; nothing for those who listen. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  )
}
