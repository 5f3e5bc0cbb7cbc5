"""Chinese names of the demo's own records, for databases with that language."""

ZH_CN = {
    "product_planning": "办公空间规划（天）",
    "product_desk": "升降办公桌（含送货安装）",
    "product_chair": "办公椅（含送货安装）",
    "product_meeting": "会议室整体交付",
    "product_booth": "电话亭（含安装）",
    "product_reception": "前台区整体交付",
    "product_acoustic": "吸音板套装（含安装）",
    "product_lockers": "储物柜墙（含安装）",
    "product_lounge": "休闲沙发组（含送货安装）",
    "product_move": "办公室搬迁（天）",
    "product_care": "家具养护合同（年）",
    "partner_category_key": "重点客户",
    "partner_category_fair": "展会联系人",
    "partner_category_care": "养护合同",
    "partner_category_channel": "销售渠道",
    "team_shanghai": "上海",
    "crm_lifecycle_cadence_strategic": "A类战略客户",
    "crm_lifecycle_cadence_lapsed": "流失的重复购买客户",
}
