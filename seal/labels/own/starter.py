"""A template to begin with: it passes every check on labels of 60 x 40 mm, so that an author changes what works."""

LABEL_MM = (60.0, 40.0)
SPACE_MM = 24.5
HTML = """<div class="left">
  {{symbol}}
  <p class="code">{{code}}</p>
  <p>{{address}}</p>
  <p class="meet"><b>{{meet_es}}</b><br><span lang="en">{{meet_en}}</span></p>
</div>
<div class="right">
  <table class="head"><tr><td>{{mark}}</td><td>{{certified_by}}<br><b>{{association}}</b></td></tr></table>
  <h1>{{product}}</h1>
  <p class="maker">{{maker}}</p>
  <p>{{commune}}, {{region}} · {{net_content}}</p>
  <p class="demo">{{demonstration}}</p>
  <table class="foot">
    <tr><td>{{lot_word}}</td><td>{{lot}}</td></tr>
    <tr><td>{{unit_word}}</td><td>{{unit}}</td></tr>
    <tr><td>{{use_by_word}}</td><td>{{use_by}}</td></tr>
    <tr><td>{{certified_until_word}}</td><td>{{certified_until}}</td></tr>
  </table>
</div>
"""
CSS = """p, td { font-size: 5.7pt; line-height: 1.15 }
.left { position: absolute; left: 1mm; top: 0.6mm; width: 24.5mm; text-align: center }
.code { font-size: 7pt }
.meet { margin-top: 2.4mm }
.right { position: absolute; left: 27mm; top: 1.2mm; width: 31mm; min-height: 37mm }
.right { display: flex; flex-direction: column }
.head { border-bottom: 0.25mm solid; width: 100%; margin-bottom: 0.6mm }
.head td { vertical-align: middle; padding-right: 1mm }
.head b { font-size: 7pt }
h1 { font-size: 9pt; line-height: 1.05 }
.maker { font-size: 7pt; font-weight: 700 }
.demo { font-weight: 700; font-size: 5.2pt }
.foot { margin-top: auto; width: 100%; border-collapse: collapse }
.foot td { font-size: 5.2pt; line-height: 1.08 }
.foot td + td { text-align: right; font-weight: 700 }
"""
