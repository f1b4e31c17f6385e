export const usageTexts = {
  title: 'Usage over time',
  about: 'What the bucket held: a sample each hour for a week, and one each day for 400 days.',
  step: 'Show',
  steps: { day: 'days', hour: 'hours of the last week' },
  none: 'There are no samples yet. The first is taken within the hour.',
  bytes: (unit: string) => `Size, ${unit}`,
  versions: 'objects and their versions',
  parts: 'parts of open uploads',
  objects: 'Objects',
  allVersions: 'with all versions',
}
