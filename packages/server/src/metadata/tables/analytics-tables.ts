import { defineTable } from '../table.ts'

/** The classes that storage class analyses tell of. */
export const ANALYZED_CLASSES = ['STANDARD', 'STANDARD_IA'] as const

export type AnalyzedClass = (typeof ANALYZED_CLASSES)[number]

/** By age group, the youngest first; the last number is of all objects. */
type ByAge = readonly number[]

/** What became of the objects of a class. */
export interface ClassTraffic {
  readonly requests: ByAge
  readonly retrievedBytes: ByAge
  readonly uploadedBytes: number
}

/** What there is of a class. */
export interface ClassStorage {
  readonly objects: number
  readonly storedBytes: ByAge
}

/** A class that is absent has nothing. */
export type TrafficRow = Partial<Readonly<Record<AnalyzedClass, ClassTraffic>>>

export type StorageRow = Partial<Readonly<Record<AnalyzedClass, ClassStorage>>>

/** How far the analysis of a configuration is. Days are counted since 1970. */
export interface AnalysisRow {
  readonly bucketName: string
  /** The text of its filter: with another one it begins anew. */
  readonly filter: string
  /** The first day that is counted. */
  readonly sinceDay: number
  /** The day of its newest record. */
  readonly recordedDay?: number | undefined
  /** That of the newest record that was exported. */
  readonly exportedDay?: number | undefined
  /** Why its destination did not take it, and until when it is left alone. */
  readonly refused?: { readonly code: string; readonly untilMilliseconds: number } | undefined
}

export const analyses = defineTable<[bucketId: string, configurationId: string], AnalysisRow>(89, 'analyses')

/** The newest walk over a bucket's objects, for all its configurations at once. */
export interface AnalysisWalkRow {
  readonly day: number
  readonly startedMilliseconds: number
  /** The id of the document with the configurations: with another one the walk begins anew. */
  readonly document: string
  /** The last key that was seen. */
  readonly after?: string | undefined
  /** By the ids of configurations. */
  readonly storage: Readonly<Record<string, StorageRow>>
  /** All keys were seen; what is left are the records. */
  readonly isWalked?: true | undefined
  readonly isDone?: true | undefined
}

export const analysisWalks = defineTable<[bucketId: string], AnalysisWalkRow>(92, 'analysisWalks')

export interface ClassDay extends ClassStorage, ClassTraffic {
  /** Of each age group and those that are older, and last of all objects; null where there is nothing. */
  readonly ratios: readonly (number | null)[]
}

/** A record: what there was on a day, and what was done since the record before. */
export interface AnalysisDayRow {
  readonly classes: Partial<Readonly<Record<AnalyzedClass, ClassDay>>>
  readonly transitionAge?: number | undefined
  readonly recommendedAge?: number | undefined
}

export const analysisDays = defineTable<
  [bucketId: string, configurationId: string, day: number],
  AnalysisDayRow
>(93, 'analysisDays')

/** What was done on a day, and stands in no record yet. */
export const analysisTraffic = defineTable<
  [bucketId: string, configurationId: string, day: number],
  TrafficRow
>(97, 'analysisTraffic')
