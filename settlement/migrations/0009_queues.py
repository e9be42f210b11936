from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0008_applications'),
        ('settlement', '0008_account_balances'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='bill',
            index=models.Index(condition=models.Q(('state', 'pending_approval')), fields=['issued_at'], name='bill_queue'),
        ),
        migrations.AddIndex(
            model_name='billrunseller',
            index=models.Index(condition=models.Q(('state', 'parked')), fields=['run', 'seller'], name='run_part_parked'),
        ),
    ]
