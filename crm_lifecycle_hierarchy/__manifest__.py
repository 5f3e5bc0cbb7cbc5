{
    "name": "Customer Lifecycle: Hierarchy",
    "summary": "The referral tree as a chart",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "crm_lifecycle",
    "maintainers": ["crm_lifecycle"],
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["crm_lifecycle", "web_hierarchy"],
    "auto_install": True,
    "data": ["views/crm_lifecycle_referral_tree_views.xml"],
}
