import type { Page } from 'playwright-core'

/** What it took a page to scroll through a long list. */
export interface Scrolling {
  /** What each task of the page's main thread used of a processor, which other work on the machine adds little to; sorted. */
  readonly taskMilliseconds: readonly number[]
  /** The times between frames; sorted. */
  readonly frameMilliseconds: readonly number[]
}

const ROW_HEIGHT = 36
/** Faster than anybody scrolls: all that is seen is new in each frame. */
const STEP_PIXELS = 2000

/** Shows a bucket of so many made-up objects to who has signed in, and scrolls from its first to its last. */
export async function scrollThrough(page: Page, bucket: string, count: number): Promise<Scrolling> {
  // Pages as S3 would answer them: what is measured is the browser.
  await page.route(`**/${bucket}?*list-type=2*`, (route) => {
    const query = new URL(route.request().url()).searchParams
    const start = Number(query.get('continuation-token') ?? 0)
    const end = Math.min(count, start + Number(query.get('max-keys')))
    return route.fulfill({ contentType: 'application/xml', body: pageOf(start, end, end < count) })
  })
  await page.evaluate(`location.hash = '#/buckets/${bucket}'`)
  await page.getByText('more below').waitFor()
  const browser = page.context().browser()
  await browser?.startTracing(page, { categories: ['toplevel', '__metadata'] })
  const frames = await page.evaluate<number[]>(scrollScript(count))
  const trace = await browser?.stopTracing()
  return { taskMilliseconds: tasksOf(String(trace)), frameMilliseconds: frames.sort((a, b) => a - b) }
}

function pageOf(start: number, end: number, isMore: boolean): string {
  const objects = Array.from(
    { length: end - start },
    (_, index) =>
      `<Contents><Key>key-${String(start + index).padStart(6, '0')}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>` +
      `<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>${index}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  )
  const next = isMore ? `<NextContinuationToken>${end}</NextContinuationToken>` : ''
  return `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects.join('')}${next}</ListBucketResult>`
}

/** A text: the types of browsers are not those of the tests. */
function scrollScript(count: number): string {
  return `(async () => {
    const list = document.querySelector('.virtual-list')
    const frames = []
    let before = await new Promise(requestAnimationFrame)
    while (list.scrollHeight < ${count * ROW_HEIGHT} || list.scrollTop + list.clientHeight < list.scrollHeight) {
      list.scrollTop += ${STEP_PIXELS}
      const now = await new Promise(requestAnimationFrame)
      frames.push(now - before)
      before = now
    }
    return frames
  })()`
}

/** Of Chromium's traces. `tdur`: by the thread's own clock, in microseconds. */
interface TraceEvent {
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

function tasksOf(trace: string): number[] {
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] }
  const thread = ({ pid, tid }: TraceEvent): string => `${pid}.${tid}`
  const isMain = ({ name, args }: TraceEvent): boolean =>
    name === 'thread_name' && args?.name === 'CrRendererMain'
  const main = new Set(traceEvents.filter(isMain).map(thread))
  return traceEvents
    .filter((event) => event.name.endsWith('RunTask') && main.has(thread(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => a - b)
}
