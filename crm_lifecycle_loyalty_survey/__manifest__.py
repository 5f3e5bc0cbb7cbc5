{
    "name": "Customer Lifecycle: Points for Surveys",
    "summary": "Points for answered surveys",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "crm_lifecycle",
    "maintainers": ["crm_lifecycle"],
    "license": "LGPL-3",
    "development_status": "Beta",
    "depends": ["crm_lifecycle_loyalty", "crm_lifecycle_survey"],
    "auto_install": True,
    "demo": ["demo/crm_lifecycle_point_rule_demo.xml"],
}
