export default {
  'chart.table': '数据表',
  'chart.save': '保存为 CSV',
  'chart.hint': '用左右方向键逐项读出数值。',
  'chart.reading': '{at}：{values}',
  'chart.separator': '，',
  'chart.none': '—',
  'chart.seconds': '{s} 秒',
  'chart.minutes': '{m} 分',
  'chart.minutes-seconds': '{m} 分 {s} 秒',
  'chart.whole-hours': '{h} 小时',
  'chart.hours': '{h} 小时 {m} 分',
};
