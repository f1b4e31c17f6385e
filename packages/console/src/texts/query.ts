export const queryTexts = {
  title: 'Query with SQL',
  expression: 'Query (S3 Select)',
  hint: 'Columns by name, or _1, _2 … by place. Nothing is changed.',
  format: 'Format',
  formats: {
    csv: 'CSV',
    tsv: 'Values separated by tabs',
    lines: 'JSON, a value a line',
    document: 'JSON, a document',
    parquet: 'Parquet',
  },
  hasNames: 'The first line names the columns',
  run: 'Run',
  results: 'Records',
  none: 'No record is selected.',
  cut: (most: number) => `The first ${most} records. There are more.`,
}
