import { DAY_MILLISECONDS, expectStatus } from '../../support/time-room.ts'
import { REPORTS, ReportRoom } from '../inventory/report-room.ts'
import { analyticsOf, type AnalyticsParts, analyticsXml } from './analytics-documents.ts'

/** The least that is in an age group. */
export const AGED_BYTES = 128 * 1024

const HOUR_MILLISECONDS = 60 * 60 * 1000

/** A line of an export by the names of its columns; empty fields are not among them. */
export type ExportedLine = Readonly<Record<string, string>>

/** A bucket whose analyses are exported into another one, and a clock that tests move. It is noon. */
export class AnalysisRoom extends ReportRoom {
  static override async open(): Promise<AnalysisRoom> {
    const { server } = await ReportRoom.open()
    return new AnalysisRoom(server)
  }

  /** By default it is exported. */
  async setAnalytics(id: string, parts: AnalyticsParts = { destination: REPORTS }): Promise<void> {
    expectStatus(await this.putDocument('', analyticsOf(id), analyticsXml(id, parts)))
  }

  async hoursLater(hours: number): Promise<void> {
    // An analysis begins when the worker first sees its configuration.
    await this.server.settle()
    this.server.clock.advance(hours * HOUR_MILLISECONDS)
    await this.server.settle()
  }

  /** After the passes of the workers. */
  async daysLater(days = 1): Promise<void> {
    await this.hoursLater((days * DAY_MILLISECONDS) / HOUR_MILLISECONDS)
  }

  /** A GET that has to succeed. */
  async read(key: string, headers: Record<string, string> = {}, query = ''): Promise<void> {
    const isOfAll = headers['range'] === undefined && !query.startsWith('partNumber')
    expectStatus(await this.request('GET', key, { headers, query }), isOfAll ? 200 : 206)
  }

  async exportText(id: string, bucket = REPORTS, prefix = ''): Promise<string> {
    return (await this.bytes(`${prefix}${this.bucket}/${id}.csv`, bucket)).toString()
  }

  /** Those of one age group, or of all objects. */
  async exported(id: string, age = 'ALL'): Promise<ExportedLine[]> {
    const [head = '', ...lines] = (await this.exportText(id)).trimEnd().split('\n')
    const names = head.split(',')
    const found = lines.map((line) => {
      const fields = line.split(',')
      if (fields.length !== names.length) throw new Error(`the head does not fit ${line}`)
      const pairs = names.map((name, at) => [name, fields[at] ?? ''] as const)
      return Object.fromEntries(pairs.filter(([, value]) => value !== ''))
    })
    return found.filter((line) => line['ObjectAge'] === age)
  }

  async metric(name: string): Promise<number> {
    const page = await (await fetch(`${this.server.url}/-/metrics`)).text()
    return Number(new RegExp(`^holdfast_analytics_${name} (\\S+)$`, 'm').exec(page)?.[1])
  }
}
