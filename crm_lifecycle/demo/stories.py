"""The customers of the demo and what happened to them, by company.

The heading above each group is the stage in which the customers end.
"""

from .deals import Activity, Agreement, Bill, Deal, Lead, Mark, Rating

SAN_FRANCISCO = {
    # Suspects
    "harbor_light": [
        Mark("suspect", 35, "80 rooms and a lobby to be renewed next spring, so said at the fair."),
        Activity("Send the hospitality brochure", 4, "mail.mail_activity_data_todo"),
    ],
    "cascade": [Lead("Tasting room furniture", 15)],
    "golden_gate": [Lead("Five treatment rooms", 240, 18000, opened=232, lost=150)],
    "blue_mesa": [Deal("Model apartment", "lounge 2, desk 1, chair 1", sent=75, valid=45)],
    "kestrel": [Deal("Phone booths for the studio", "booth 3", ordered=90, cancelled=82)],
    # Prospects
    "redwood": [
        Lead("Four practices", 64, 52000, opened=30, stage="crm.stage_lead3"),
        Deal("Reception of the first practice", "reception 1, chair 8", sent=12, valid=-18),
        Activity("Ask Paula what the partners decided", 2),
    ],
    "tidepool": [
        Lead("Forty desks for the new floor", 45, 38000, opened=41, stage="crm.stage_lead2"),
        Activity("Visit the new floor", 6, "mail.mail_activity_data_meeting"),
    ],
    "sierra": [
        Lead("Staff rooms of three schools", 60, 24000, opened=20, stage="crm.stage_lead2"),
    ],
    "mission": [
        Deal("Counter and lounge", "lounge 2", 220, refunded=200, refund_reason="Did not fit"),
        Deal("Counter and lounge, second try", "lounge 2, planning 1", sent=8, valid=-22),
    ],
    # First-time buyers
    # Won by a price below cost.
    "alameda": [Deal("Office above the hall", "desk 12, chair 12", 25, talked=58, discount=60)],
    # Visited again and again, and bought nothing more.
    "juniper": [
        Deal("One partner's room", "desk 1, chair 3, acoustic 2", 425),
        Activity(
            "Bring the new catalogue",
            0,
            "mail.mail_activity_data_meeting",
            done=(330, 270, 210, 150, 100, 50),
        ),
    ],
    "fog_city": [
        Deal("First floor", "booth 4, desk 20, chair 20", 33, talked=70, referrer="stonebridge"),
        Activity("Offer the second floor", 9),
    ],
    "northwind": [
        Deal("Waiting rooms", "lounge 4, chair 20", 340, talked=372),
        Deal("Waiting rooms, east", "lounge 3", 190, refunded=170, refund_reason="Wrong fabric"),
    ],
    # Worth less than nothing: a price cut, and visits across the border.
    "cardenas": [
        Deal("Meeting room", "meeting 1, acoustic 3", 72, talked=101, discount=28),
        Activity(
            "See to the door of the meeting room",
            0,
            "mail.mail_activity_data_meeting",
            done=(66, 60, 52, 41, 30),
        ),
    ],
    # Repeat buyers
    "lakeside": [
        Deal("Show office", "desk 4, chair 4, planning 2", 260, talked=281),
        Deal("Second show office", "desk 6, chair 6, lounge 1", 80),
    ],
    "pinecrest": [
        Deal("Claims department", "desk 18, chair 18", 640, talked=671),
        Deal("Meeting rooms", "meeting 2", 500),
        Activity("Find out who the new office manager is", -12),
    ],
    "food_bank": [
        Deal("Volunteers' office", "desk 8, chair 8", 560),
        Deal("Lockers", "lockers 3", 380),
        Bill("Care contract", "care 1", 300, paid=280),
        Deal("Canteen", "lounge 4", 130, refunded=110, refund_reason="Building taken over"),
        # Little is earned there, and a lot of time spent.
        Activity(
            "Look after the furniture that was given to them",
            0,
            "mail.mail_activity_data_meeting",
            done=(270, 240, 210, 180, 160, 120, 90, 60, 40, 20),
        ),
    ],
    "desert_bloom": [
        # Pays slowly.
        Deal("Reception", "reception 1", 230, talked=262, paid=150),
        Deal("Relaxation rooms", "lounge 5", 150, paid=90),
        Deal("Staff lockers", "lockers 4", 40, paid=1),
    ],
    "maple_grove": [
        Deal("Reading corner, downtown", "lounge 3, acoustic 2", 300, talked=345),
        Deal("Reading corner, north branch", "lounge 2, acoustic 2", 110),
    ],
    # Long-term customers
    "harborview": [
        Deal("Second floor", "desk 30, chair 30, planning 3", 720, talked=768),
        Deal("Team move", "move 2", 480),
        Bill("Care contract", "care 2", 365 + 30, paid=380),
        Deal("Litigation team", "desk 10, chair 10, booth 1", 290),
        Deal("Team move", "move 3", 60),
        Bill("Care contract", "care 2", 30, paid=9),
    ],
    "monterey": [
        Deal("Laboratory offices", "desk 16, chair 16", 980, talked=1012),
        Bill("Care contract", "care 1", 830, paid=801),
        Deal("Visitors' lounge", "lounge 4, acoustic 4", 600),
        Bill("Care contract", "care 1", 465, paid=433),
        Bill("Care contract", "care 1", 100, paid=79),
        Deal("Lecture room", "meeting 1, acoustic 6", 45),
    ],
    "summit": [
        Deal("Denver branch", "reception 1, desk 8, chair 8", 1010, talked=1060),
        Deal("Boulder branch", "reception 1, desk 6, chair 6", 830),
        Deal("Aurora branch", "reception 1, desk 6, chair 6", 600),
        Deal("Golden branch", "reception 1, desk 4, chair 4", 430),
        Activity("Ask why nothing was ordered for a year", -3),
    ],
    "ridgeline": [
        Deal("Head office", "desk 14, chair 14, booth 1", 700, talked=734),
        Deal("Store offices", "desk 6, chair 6", 450),
        Mark("exclusive", 400, "Their planner: 'We stopped asking others for quotations.'"),
        # Never paid, because they came late: risky.
        Deal("Acoustics of the flagship", "acoustic 8", 200, paid=0),
        Rating(186, 2, "Good panels, but two weeks late, and nobody told us."),
        Activity("Apologise in person", 5, "mail.mail_activity_data_meeting"),
    ],
    "tidewater": [
        Deal("Dispatch centre", "desk 24, chair 24, acoustic 6", 890, talked=930),
        Deal("Crew lockers", "lockers 5", 620),
        Deal("Board room", "meeting 1, lounge 1", 350),
        Deal("Dispatch centre, night shift", "desk 8, chair 16", 100),
    ],
    # Advocates
    "willow_creek": [
        Deal("Administration", "desk 30, chair 30", 900, talked=951),
        Deal("Nurses' rooms", "lounge 6, lockers 6", 610),
        # Pays ten days late, as is usual.
        Deal("Reception", "reception 2", 330, paid=288),
        Bill("Care contract", "care 4", 210, paid=170),
        Deal("Children's ward", "lounge 8, acoustic 10, planning 4", 120, paid=78),
        Rating(112, 5, "Worked at night so that the children could sleep by day. Wonderful."),
    ],
    "evergreen": [
        Deal("Editors' floor", "desk 22, chair 22", 840, talked=880),
        Deal("Booths", "booth 5", 500),
        Deal("Reading lounge", "lounge 5, acoustic 4", 210),
        Mark("exclusive", 150, "Said at the yearly meeting: no other supplier is asked any more."),
        Lead("New building", 22, 120000, opened=16, stage="crm.stage_lead2"),
    ],
    # Strategic customers
    "lantern": [
        Deal("Head office, ground floor", "reception 2, lounge 6", 1020, talked=1071),
        Deal("Head office, tellers", "desk 20, chair 20, acoustic 8", 760),
        Deal("Private banking", "meeting 3, lounge 4", 410),
        Deal("Branch in Oakland", "reception 1, desk 6, chair 6", 95),
    ],
    "stonebridge": [
        Deal("Consultants' floor", "desk 26, chair 26, booth 4", 640, talked=685),
        Deal("Project rooms", "meeting 2, acoustic 6", 300),
    ],
    # Business partners
    "pacific_dealers": [
        Agreement("dealer", "DA-001", 700, note="East Bay, 18% off the list, own fitters."),
        Deal("Show room", "desk 4, chair 8, booth 1, lounge 1", 650),
        Deal("Spring stock", "desk 40, chair 60", 400),
        Deal("Summer stock", "desk 30, chair 40, booth 4", 180),
        Deal("Autumn stock", "desk 50, chair 50", 28, discount=18),
    ],
    "hartmann": [
        Lead("Would like to be our agent in Germany", 340),
        Agreement("agent", "AG-004", 300, note="5% of what German customers order in California."),
    ],
    "orchard": [
        Agreement("shareholder", "SH-2", 900, note="12% of the shares, one seat on the board."),
        # Bought nothing for two years, and came back.
        Deal("Own office", "desk 10, chair 10, meeting 1", 810),
        Deal("Fifth floor", "desk 6, chair 6, acoustic 2", 50),
    ],
    # A dealer once, a long-term customer since the agreement ended
    "cornerstone": [
        Agreement("dealer", "DA-002", 1000, end=250, note="Ended by mutual consent."),
        Deal("Show room", "desk 4, chair 6, lounge 1", 950),
        Deal("Stock", "desk 24, chair 24", 700),
        Deal("Own office", "desk 6, chair 6", 420),
    ],
}

SHANGHAI = {
    # Suspects
    "yuanfan": [Mark("suspect", 20, "物流展上说明年搬新办公楼。")],
    "hengda": [Lead("升降桌询价", 11)],
    "oujiang": [Deal("酒店大堂", "reception 1, lounge 6", sent=80, valid=50)],
    # Prospects
    "yunqi": [
        Lead("新楼层 60 个工位", 28, 430000, opened=24, stage="crm.stage_lead2"),
        Activity("约看新办公室", 3, "mail.mail_activity_data_meeting"),
    ],
    "boya": [
        Lead("教师办公室", 40, 150000, opened=25, stage="crm.stage_lead3"),
        Deal("教师办公室一期", "desk 16, chair 16", sent=9, valid=-21),
    ],
    "lantern": [
        Lead("Representative office in Shanghai", 18, 260000, opened=13, stage="crm.stage_lead2"),
    ],
    # First-time buyers
    "qinghe": [Deal("品茶室", "lounge 3, acoustic 2", 38, talked=66)],
    "minghui": [Deal("研发办公室", "desk 10, chair 10", 400)],
    "tidewater": [Deal("Shanghai office", "desk 12, chair 12, meeting 1", 55, talked=88)],
    # Repeat buyers
    "xingtu": [
        Deal("开发部工位", "desk 24, chair 24", 200, talked=236),
        Deal("电话亭", "booth 3", 65),
    ],
    "jinxiu": [
        Deal("样品间", "lounge 2, acoustic 3", 620),
        Deal("办公室", "desk 10, chair 10", 330, paid=0),
        Deal("展厅", "reception 1, lounge 4", 90, refunded=70, refund_reason="设计变更"),
    ],
    # Long-term customers
    "chenguang": [
        Deal("设计工作室", "desk 14, chair 14, acoustic 4", 700, talked=731),
        Deal("材料室", "lockers 4", 450),
        Bill("养护合同", "care 1", 290, paid=266),
        Deal("会议室", "meeting 1", 170),
    ],
    "jiahe": [
        Deal("总部办公室", "desk 30, chair 30", 1000, talked=1044),
        Deal("员工休息区", "lounge 4", 720),
        Deal("更衣室", "lockers 8", 480),
        Activity("回访：一年多没有下单", -5),
    ],
    # Advocates
    "yunshan": [
        Deal("行政楼", "desk 26, chair 26", 800, talked=848),
        Deal("护士站", "reception 2", 540),
        Deal("候诊区", "lounge 8", 260),
        Deal("住院部", "lounge 6, acoustic 10", 70),
        Rating(62, 5, "夜间施工，没有影响病人，非常满意。"),
    ],
    "lanwan": [
        Deal("大堂", "reception 2, lounge 8", 760, talked=802),
        Deal("会议中心", "meeting 4", 520),
        Deal("行政酒廊", "lounge 6, acoustic 6", 140),
        Mark("exclusive", 130, "采购总监明确表示集团只用我们一家。"),
    ],
    # Strategic customers
    "pujiang": [
        Deal("总行大厅", "reception 2, lounge 6", 870, talked=915),
        Deal("理财中心", "meeting 3, lounge 4", 560),
        Deal("浦东支行", "reception 1, desk 8, chair 8", 240),
    ],
    # Business partners
    "lingnan": [
        Lead("希望成为华南经销商", 540),
        Agreement("dealer", "沪经-003", 500, note="华南区，自有安装队。"),
        Activity("电话跟进经销商备货", 0, done=(310, 280, 95, 60)),
        Deal("展厅样品", "desk 6, chair 8, booth 1", 470),
        Deal("春季备货", "desk 40, chair 50", 300),
        Deal("夏季备货", "desk 30, chair 40, booth 3", 85),
    ],
    "haian": [
        Agreement("shareholder", "沪股-1", 820, note="持股 8%。"),
        Deal("深圳办公室", "desk 10, chair 10, meeting 1", 800),
        Deal("深圳办公室二期", "desk 4, chair 4, acoustic 2", 60),
    ],
    "tanaka": [
        Agreement("agent", "沪代-002", 210, note="Japanese firms in eastern China, 6%."),
    ],
}
