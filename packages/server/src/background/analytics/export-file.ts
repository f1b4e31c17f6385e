import {
  ANALYZED_CLASSES,
  type AnalyzedClass,
  type AnalysisDayRow,
} from '../../metadata/tables/analytics-tables.ts'
import type { AnalyticsConfiguration } from '../../model/types.gen.ts'
import { AGE_NAMES, ALL_AGES } from '../../s3/shared/analyzing/age-groups.ts'
import { scopeOf } from '../../s3/shared/bucket/analytics-configurations.ts'

/** A record, and the midnight that its day began with. */
export interface ExportedDay {
  readonly date: Date
  readonly row: AnalysisDayRow
}

/** Source: S3 User Guide, "Exported file layout". */
const COLUMNS = [
  'Date',
  'ConfigId',
  'Filter',
  'StorageClass',
  'ObjectAge',
  'ObjectCount',
  'DataUploaded_MB',
  'Storage_MB',
  'DataRetrieved_MB',
  'GetRequestCount',
  'CumulativeAccessRatio',
  'ObjectAgeForSIATransition',
  'RecommendedObjectAgeForSIATransition',
] as const

/**
 * The file of an analysis, an age group a piece. Source: S3 User Guide, "How can I export storage class analysis data?": by age
 * groups, and within them by date; at the end those of all objects.
 */
export function* exportTexts(
  configuration: AnalyticsConfiguration,
  days: readonly ExportedDay[],
): Generator<string> {
  yield `${COLUMNS.join(',')}\n`
  const common = [configuration.Id, quotedIfNeeded(filterText(configuration))]
  for (const [group, age] of AGE_NAMES.entries()) {
    let text = ''
    for (const { date, row } of days)
      for (const name of ANALYZED_CLASSES)
        if (row.classes[name])
          text += `${[dateText(date), ...common, name, age, ...numbersOf(row, name, group)].join(',')}\n`
    yield text
  }
}

function numbersOf(row: AnalysisDayRow, name: AnalyzedClass, group: number): readonly string[] {
  const told = row.classes[name]
  if (!told) return []
  const isOfAll = group === ALL_AGES
  const ages = isOfAll && name === 'STANDARD' ? [row.transitionAge, row.recommendedAge] : []
  const ratio = told.ratios[group] ?? undefined
  return [
    isOfAll ? String(told.objects) : '',
    isOfAll ? megabytes(told.uploadedBytes) : '',
    megabytes(told.storedBytes[group]),
    megabytes(told.retrievedBytes[group]),
    String(told.requests[group] ?? 0),
    ratio === undefined ? '' : decimal(ratio),
    ages[0] === undefined ? '' : String(ages[0]),
    ages[1] === undefined ? '' : String(ages[1]),
  ]
}

/** `Prefix=logs/;Tag:class=blue`: AWS documents that it is the whole filter, not how it is written. */
function filterText(configuration: AnalyticsConfiguration): string {
  const { prefix, tags } = scopeOf(configuration)
  const parts = tags.map(({ Key, Value }) => `Tag:${Key}=${Value}`)
  return [...(prefix === '' ? [] : [`Prefix=${prefix}`]), ...parts].join(';')
}

/** RFC 4180. */
function quotedIfNeeded(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** For example `06-01-2030`. */
function dateText(date: Date): string {
  const [year, month, day] = date.toISOString().slice(0, 10).split('-')
  return `${month}-${day}-${year}`
}

const BYTES_A_MEGABYTE = 1024 * 1024

function megabytes(bytes = 0): string {
  return decimal(bytes / BYTES_A_MEGABYTE)
}

/** With six digits behind the point at the most, and never with an exponent. */
function decimal(number: number): string {
  return number.toFixed(6).replace(/\.?0+$/, '')
}
