export default {
  'chart.table': 'Table',
  'chart.save': 'Save as CSV',
  'chart.hint': 'Left and right arrow keys read out the values one after another.',
  'chart.reading': '{at}: {values}',
  'chart.separator': ', ',
  'chart.none': '—',
  'chart.seconds': '{s} s',
  'chart.minutes': '{m} min',
  'chart.minutes-seconds': '{m} min {s} s',
  'chart.whole-hours': '{h} h',
  'chart.hours': '{h} h {m} min',
};
