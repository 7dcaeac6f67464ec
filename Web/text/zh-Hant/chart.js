export default {
  'chart.table': '資料表',
  'chart.save': '儲存為 CSV',
  'chart.hint': '用左右方向鍵逐項讀出數值。',
  'chart.reading': '{at}：{values}',
  'chart.separator': '，',
  'chart.none': '—',
  'chart.seconds': '{s} 秒',
  'chart.minutes': '{m} 分',
  'chart.minutes-seconds': '{m} 分 {s} 秒',
  'chart.whole-hours': '{h} 小時',
  'chart.hours': '{h} 小時 {m} 分',
};
